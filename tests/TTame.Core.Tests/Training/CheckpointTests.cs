using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Training;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

[Trait("Kind", "Unit")]
public sealed class CheckpointTests
{
    [Fact]
    public void Read_WhatWriteWrote_IsTheSameCheckpoint()
    {
        using var scope = NewDisposeScope();
        Checkpoint before = Made();
        using MemoryStream first = Written(before), second = Written(before);

        Checkpoint after = Checkpoint.Read(first, "memory");

        Assert.Equal(Written(before).ToArray(), second.ToArray());
        Assert.Equal(before.State.Recipe, after.State.Recipe);
        Assert.Equal((before.State.Step, before.State.RandomState), (after.State.Step, after.State.RandomState));
        Assert.Equal(before.State.History, after.State.History);
        Assert.Equal(before.State.Unreadable, after.State.Unreadable);
        Assert.Equal([1f, 2f], after.Attention["fuser.bias"].data<float>().ToArray());
        Assert.Equal([0.5f], after.Optimiser["fuser.bias"].data<float>().ToArray());
    }

    [Fact]
    public void Read_OtherSafetensorsFile_WeightsExceptionNamesIt()
    {
        using var scope = NewDisposeScope();
        using MemoryStream stream = new();
        Safetensors.Write(stream, new Dictionary<string, Tensor> { ["a"] = ones(1) });
        stream.Position = 0;

        Assert.Equal("some.safetensors", Assert.Throws<WeightsException>(() => Checkpoint.Read(stream, "some.safetensors")).File);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(-1)]
    [InlineData(-5)]
    public void Fault46_Read_FileCutOff_WeightsExceptionNamesIt(int bytes)
    {
        using var scope = NewDisposeScope();
        byte[] whole = Written(Made()).ToArray();
        using MemoryStream cut = new(bytes < 0 ? whole[..^-bytes] : whole[..bytes]);

        Assert.Equal("cut.safetensors", Assert.Throws<WeightsException>(() => Checkpoint.Read(cut, "cut.safetensors")).File);
    }

    [Fact]
    public void Fault46_Save_KilledWithinAnEarlierSave_TheCheckpointBeforeIsReadAndTheNextReplacesIt()
    {
        using var scope = NewDisposeScope();
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "run.checkpoint");
        Checkpoint before = Made(), after = new(before.State with { Step = 5 }, before.Attention, before.Optimiser);
        before.Save(path);
        File.WriteAllBytes(path + ".part", Written(after).ToArray()[..100]);

        Assert.Equal(4, Checkpoint.Load(path).State.Step);
        after.Save(path);
        Assert.Equal(5, Checkpoint.Load(path).State.Step);
        Assert.Equal([path], Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    private static MemoryStream Written(Checkpoint checkpoint)
    {
        MemoryStream stream = new();
        checkpoint.Write(stream);
        stream.Position = 0;
        return stream;
    }

    private static Checkpoint Made() => new(
        new()
        {
            Recipe = Recipe.Paper with { MaxLearningRate = 0.1 / 3 },
            Variant = "TAME",
            BackboneSha256 = "ab",
            ListSha256 = "cd",
            Images = 70,
            Step = 4,
            RandomState = ulong.MaxValue - 3,
            History = [new(3, new(1, 2, 3, 0.1)), new(1, default)],
            Unreadable = [new("a.jpg", "truncated")],
        },
        new Dictionary<string, Tensor> { ["fuser.bias"] = tensor(new[] { 1f, 2f }) },
        new Dictionary<string, Tensor> { ["fuser.bias"] = tensor(new[] { 0.5f }) });
}
