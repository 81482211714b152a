using System.Diagnostics;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Tests.Imaging.Files;

namespace TTame.Core.Tests.Imaging;

[Collection(nameof(AloneCollection))]
[Trait("Kind", "Property")]
public sealed class DamagedFileTests
{
    private const int Rounds = 250;
    private const long MostBytes = 200L << 20;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(3);
    private static readonly ImageLimits s_limits = new() { MaxPixels = 4_000_000 };

    public static TheoryData<string> Names => [.. Samples.Read.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decode_OfDamagedFile_ReadsOrRefusesIt(string name)
    {
        byte[] file = Samples.Read[name];
        for (int seed = 0; seed < Rounds; seed++)
        {
            byte[] damaged = Mutations.Of(file, seed);
            long start = Stopwatch.GetTimestamp(), before = GC.GetTotalAllocatedBytes();
            try
            {
                var decoded = ImageDecoder.Decode(damaged, s_limits);
                Assert.Equal((long)decoded.Image.Width * decoded.Image.Height * 3, decoded.Image.Pixels.Length);
            }
            catch (ImageContentException refused)
            {
                Assert.NotEqual(ImageCodes.DecodeTimeout, refused.Code);
            }
            catch (Exception other) when (other is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {other}");
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < s_longest, $"seed {seed} took {Stopwatch.GetElapsedTime(start)}");
            Assert.True(GC.GetTotalAllocatedBytes() - before < MostBytes, $"seed {seed} took {GC.GetTotalAllocatedBytes() - before} bytes");
        }
    }
}
