using System.Diagnostics;
using TTame.Core.Imaging;
using TTame.Core.Tests.Imaging.Files;

namespace TTame.Core.Tests.Imaging;

/// <summary>Tests that measure time or memory of the whole process: nothing runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

[Collection(nameof(AloneCollection))]
[Trait("Kind", "Unit")]
public sealed class BombFaultTests
{
    private const int MostMilliseconds = 50;
    private const long MostBytes = 50L << 20;

    public static TheoryData<string, byte[]> Huge => new()
    {
        { "JPEG 64250×64250", [0xFF, 0xD8, .. JpegFile.Head(64250, 64250, 3), .. new byte[100], .. JpegFile.End] },
        { "PNG 64250×64250", Png(64250, 64250) },
        { "PNG 1×500M", Png(1, 500_000_000) },
        { "PNG 500M×1", Png(500_000_000, 1) },
        { "PNG of the longest sides", Png(int.MaxValue, int.MaxValue) },
        { "GIF screen 65535×65535", GifFile.Screen(65535, 65535) },
        { "GIF frame 65535×65535", [.. GifFile.Screen(10, 10), .. GifFile.Frame(0, 0, 65535, 65535, [0])] },
        { "WebP lossless 16384×16384", WebpFile.Make(WebpFile.Chunk("VP8L", WebpFile.Lossless(16384, 16384, (_, _) => false)[..40])) },
        { "WebP lossy 16383×16383", WebpFile.Make(WebpFile.Chunk("VP8 ", WebpFile.LossyHeader(16383, 16383))) },
        { "WebP canvas 65535×65535", WebpFile.Make(WebpFile.Extended(2, 65535, 65535), WebpFile.Animation()) },
        { "WebP frame 65535×65535", WebpFile.Make(WebpFile.Extended(2, 10, 10), WebpFile.Animation(), WebpFile.Frame(0, 0, 65535, 65535, new byte[20])) },
        { "TIFF 65535×65535", new TiffFile(65535, 65535, 3, 8, 2).Make(new byte[10]) },
        { "TIFF 1×500M", new TiffFile(1, 500_000_000, 1, 8, 1).Make(new byte[10]) },
        { "TIFF of the longest sides", new TiffFile(-1, -1, 3, 8, 2) { IsLittle = false }.Make(new byte[10]) },
    };

    [Theory]
    [MemberData(nameof(Huge))]
    public void Fault18_HeaderThatClaimsTooMuch_IsRefusedFromTheHeader(string what, byte[] file)
    {
        Assert.True(Samples.Refusal(file) == ImageCodes.TooManyPixels, $"{what}: {Samples.Refusal(file)}");

        var (milliseconds, bytes) = Cost(() => Samples.Refusal(file), tries: 20);

        Assert.True(milliseconds < MostMilliseconds, $"{what} took {milliseconds} ms");
        Assert.True(bytes < MostBytes, $"{what} took {bytes} bytes");
    }

    [Fact]
    public void Fault18_ExactlyTheMostPixels_ArePermittedAndOneMoreRowIsNot()
    {
        ImageLimits limits = new() { MaxPixels = 35 * 21 };

        Assert.Null(Samples.Refusal(Samples.Read["made.png"], limits));
        Assert.Equal(ImageCodes.TooManyPixels, Samples.Refusal(Samples.Read["made.png"], limits with { MaxPixels = (35 * 21) - 1 }));
    }

    [Theory]
    [InlineData("zTXt")]
    [InlineData("iCCP")]
    [InlineData("iTXt")]
    public void Fault19_PngWithBombInAncillaryChunk_IsReadAndTheChunkIsNot(string type)
    {
        byte[] bomb = PngFile.Chunk(type, [.. "Comment\0"u8, 0, .. PngFile.Bomb(512)]);
        byte[] file = PngFile.Make(2, 1, 8, 2, [[1, 2, 3, 4, 5, 6]], bomb);

        Assert.Equal([1, 2, 3, 4, 5, 6], Samples.Decode(file).Image.Pixels);
        Assert.Equal(type == "iCCP", Samples.Decode(file).Facts.HasColourProfile);
        Assert.True(Cost(() => Samples.Refusal(file), tries: 5).Bytes < MostBytes);
    }

    [Fact]
    public void Fault19_PngWithBombBehindItsPixels_IsReadAndNotInflated()
    {
        byte[] file = [.. PngFile.Signature, .. PngFile.Header(10, 10), .. PngFile.Chunk("IDAT", PngFile.Bomb(1024)), .. PngFile.Chunk("IEND", [])];

        Assert.Equal(new byte[300], Samples.Decode(file).Image.Pixels);
        var (milliseconds, bytes) = Cost(() => Samples.Refusal(file), tries: 10);
        Assert.True(milliseconds < MostMilliseconds && bytes < MostBytes, $"{milliseconds} ms, {bytes} bytes");
    }

    [Theory]
    [InlineData("GIF")]
    [InlineData("APNG")]
    [InlineData("TIFF")]
    [InlineData("WebP")]
    public void Fault19_TenThousandFrames_AreReadAndOneMoreIsNot(string format)
    {
        var decoded = Samples.Decode(Frames(format, 10_000));

        Assert.Equal(10_000, decoded.Facts.Frames);
        Assert.Equal((2, 1), (decoded.Image.Width, decoded.Image.Height));
        Assert.Equal(ImageCodes.TooManyFrames, Samples.Refusal(Frames(format, 10_001)));
    }

    [Fact]
    public void Fault25_DecodeLongerThanItsTime_IsEnded()
    {
        byte[] file = Pictures.Png(Pictures.Noise(2000, 2000, 1));
        var clock = Stopwatch.StartNew();

        Assert.Equal(ImageCodes.DecodeTimeout, Samples.Refusal(file, new ImageLimits { DecodeTimeout = TimeSpan.FromMilliseconds(1) }));
        Assert.True(clock.ElapsedMilliseconds < 2000, $"{clock.ElapsedMilliseconds} ms");
    }

    private static byte[] Png(int width, int height) => [.. PngFile.Signature, .. PngFile.Header(width, height), .. PngFile.Chunk("IDAT", PngFile.Deflate([0])), .. PngFile.Chunk("IEND", [])];

    private static byte[] Frames(string format, int frames)
    {
        var all = Enumerable.Range(0, frames);
        byte[] lossless = WebpFile.Chunk("VP8L", WebpFile.Lossless(2, 1, (x, _) => x == 1));
        return format switch
        {
            "GIF" => [.. GifFile.Screen(2, 1), .. all.SelectMany(_ => GifFile.Frame(0, 0, 2, 1, [10, 20])), GifFile.Trailer],
            "APNG" => PngFile.Make(2, 1, 8, 0, [[1, 2]], PngFile.Chunk("acTL", [0, 0, (byte)(frames >> 8), (byte)frames, 0, 0, 0, 0])),
            "TIFF" => new TiffFile(2, 1, 1, 8, 1).MakePages(frames, [1, 2]),
            _ => WebpFile.Make([WebpFile.Extended(2, 2, 1), WebpFile.Animation(), .. all.Select(_ => WebpFile.Frame(0, 0, 2, 1, lossless))]),
        };
    }

    /// <summary>The least of several tries: what others on the machine do is not the product's.</summary>
    private static (double Milliseconds, long Bytes) Cost(Action action, int tries)
    {
        double milliseconds = double.MaxValue;
        long bytes = long.MaxValue;
        for (int i = 0; i < tries; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            long start = Stopwatch.GetTimestamp();
            action();
            milliseconds = Math.Min(milliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            bytes = Math.Min(bytes, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return (milliseconds, bytes);
    }
}
