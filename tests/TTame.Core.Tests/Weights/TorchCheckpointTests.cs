using System.Diagnostics;
using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Weights;

[Trait("Kind", "Unit")]
public class TorchCheckpointTests
{
    private const int Malformed = 200;

    private static readonly Dictionary<string, float[]> Storages = new()
    {
        ["a"] = [.. Enumerable.Range(0, 12).Select(i => i + 0.5f)],
        ["b"] = [.. Enumerable.Range(0, 6).Select(i => -i * 1f)],
    };

    // "a" as it is, a transposed view and a part of the same storage, and another.
    private static readonly CheckpointMaker.Entry[] Entries =
    [
        new("module.a", "a", [3, 4], [4, 1]), new("module.turned", "a", [4, 3], [1, 4]), new("module.part", "a", [2], [1], 5), new("module.b", "b", [6], [1]),
    ];

    public static TheoryData<bool, bool> Formats => new() { { true, true }, { true, false }, { false, true }, { false, false } };

    private static byte[] Make(bool zip, bool lightning) => zip ? CheckpointMaker.Zip(Entries, Storages, lightning) : CheckpointMaker.Legacy(Entries, Storages, lightning);

    private static TorchCheckpoint Open(byte[] file) => TorchCheckpoint.Open(new MemoryStream(file), "test.pth");

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_ViewsIntoOneStorage_HaveItsElements(bool zip, bool lightning)
    {
        using TorchCheckpoint checkpoint = Open(Make(zip, lightning));
        using StateDict tensors = checkpoint.Read(name => name["module.".Length..]);
        Assert.Equal(["a", "turned", "part", "b"], tensors.Keys);
        Assert.Equal(Storages["a"], tensors["a"].data<float>().ToArray());
        Assert.True(tensors["a"].transpose(0, 1).Equals(tensors["turned"]));
        Assert.Equal([5.5f, 6.5f], tensors["part"].data<float>().ToArray());
        Assert.Equal(Storages["b"], tensors["b"].data<float>().ToArray());
    }

    [Fact]
    public void Read_CallsInTheFile_AreReportedAndNotMade()
    {
        using TorchCheckpoint checkpoint = Open(Make(zip: true, lightning: true));
        Assert.Equal(["posix.system", "pytorch_lightning.utilities.parsing.AttributeDict"], checkpoint.Ignored);
        Assert.Equal(7, checkpoint.Numbers["epoch"]);
    }

    [SkippableFact]
    [Trait("Kind", "Oracle")]
    public void Read_PublishedLegacyFile_SumsEqualTorch()
    {
        using TorchCheckpoint checkpoint = TorchCheckpoint.Open(Ground.Shared("models/cifar10-resnet56/legacy-format-resnet20.th"));
        using StateDict tensors = checkpoint.Read();
        Assert.Equal(97, tensors.Count);
        Assert.Equal(91.78f, (float)checkpoint.Numbers["best_prec1"]);              // a float32 of torch
        Assert.Equal(1.3100982000032673, tensors["module.conv1.weight"].@double().sum().item<double>(), 9);
        Assert.Equal(9.226966533155064, tensors["module.bn1.weight"].@double().sum().item<double>(), 9);
        Assert.Equal(4.791820557788014, tensors["module.bn1.bias"].@double().sum().item<double>(), 9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fault31_Truncated_NamesTheTensor(bool zip)
    {
        byte[] whole = Make(zip, lightning: false);
        if (zip)
        {
            Assert.Throws<WeightsException>(() => Open(whole[..^40]));
            return;
        }
        using TorchCheckpoint checkpoint = Open(whole[..^10]);
        var error = Assert.Throws<WeightsException>(() => checkpoint.Read());
        Assert.Equal("module.b", error.Tensor);
    }

    [Theory]
    [InlineData(13, 0)]
    [InlineData(1, 12)]
    public void Read_ViewBeyondItsStorage_NamesTheTensor(long size, long offset)
    {
        CheckpointMaker.Entry[] entries = [new("far", "a", [size], [1], offset)];
        using TorchCheckpoint checkpoint = Open(CheckpointMaker.Zip(entries, Storages));
        Assert.Equal("far", Assert.Throws<WeightsException>(() => checkpoint.Read()).Tensor);
    }

    [Fact]
    public void Fault31_TwoHundredMalformedCheckpoints_EachAClearErrorWithinBounds()
    {
        SplitMix64 random = new(20);
        int refused = 0;
        for (int i = 0; i < Malformed; i++)
        {
            byte[] file = Mutate(Make(zip: i % 2 == 0, lightning: i % 4 < 2), ref random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                using TorchCheckpoint checkpoint = Open(file);
                using StateDict tensors = checkpoint.Read();
                Assert.All(tensors.Values, tensor => Assert.True(tensor.NumberOfElements <= 1 << 20));
            }
            catch (WeightsException error)
            {
                Assert.Equal("test.pth", error.File);
                refused++;
            }
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"hangs: case {i} took {watch.Elapsed}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, $"case {i} took {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
        }
        Assert.True(refused > Malformed / 2, $"only {refused} were refused");
    }

    private static byte[] Mutate(byte[] file, ref SplitMix64 random)
    {
        byte[] changed = [.. file];
        switch (random.Below(4))
        {
            case 0: return changed[..(int)random.Below((uint)file.Length)];
            case 1:
                for (uint n = 1 + random.Below(8); n > 0; n--) changed[random.Below((uint)file.Length)] = (byte)random.Below(256);
                return changed;
            case 2:
                int at = (int)random.Below((uint)file.Length), length = (int)random.Below(64);
                return [.. file[..at], .. file[Math.Min(file.Length, at + length)..]];
            default:
                BitConverter.GetBytes(random.Draw()).CopyTo(changed, (int)random.Below((uint)(file.Length - 8)));
                return changed;
        }
    }
}
