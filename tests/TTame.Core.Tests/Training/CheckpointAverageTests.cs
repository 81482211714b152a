using TTame.Core.Primitives;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

[Trait("Kind", "Unit")]
public sealed class CheckpointAverageTests
{
    [Fact]
    public void Of_ThreeWorkers_EachHasTheMeanTensorsAndItsOwnState()
    {
        using var scope = NewDisposeScope();
        var averaged = CheckpointAverage.Of([Worker(1, [1f, 2f], momentum: [3f]), Worker(2, [2f, 4f], momentum: [6f]), Worker(3, [6f, 0f], momentum: [0f])]);

        Assert.Equal([1, 2, 3], averaged.Select(c => c.State.Step));
        foreach (var checkpoint in averaged)
        {
            Assert.Equal([3f, 2f], checkpoint.Attention["w"].data<float>().ToArray());
            Assert.Equal([3f], checkpoint.Optimiser["w"].data<float>().ToArray());
        }
    }

    [Fact]
    public void Of_OneWorker_IsThatWorkersBits()
    {
        using var scope = NewDisposeScope();
        float[] odd = [1f / 3, float.Epsilon, -0f, 1e30f];

        Assert.Equal(odd, CheckpointAverage.Of([Worker(1, odd, [1f])])[0].Attention["w"].data<float>().ToArray());
    }

    [Fact]
    public void Of_ValuesThatFloat32WouldLose_AreSummedInFloat64()
    {
        using var scope = NewDisposeScope();
        float[] values = [16_777_216f, 1f, 1f, 1f];
        var averaged = CheckpointAverage.Of([.. values.Select((value, i) => Worker(i, [value], [0f]))]);

        Assert.Equal((float)(values.Sum(v => (double)v) / values.Length), averaged[0].Attention["w"].data<float>()[0]);
    }

    [Fact]
    public void Of_Counters_AreTheFirstWorkersAndStayWhole()
    {
        using var scope = NewDisposeScope();
        var averaged = CheckpointAverage.Of([Worker(1, [1f], [1f], counter: 5), Worker(2, [1f], [1f], counter: 8)]);

        Assert.Equal(ScalarType.Int64, averaged[1].Attention["n"].dtype);
        Assert.Equal(5, averaged[1].Attention["n"].data<long>()[0]);
    }

    [Fact]
    public void Of_WorkerWithoutMomentumYet_CountsAsZero()
    {
        using var scope = NewDisposeScope();
        var averaged = CheckpointAverage.Of([Worker(1, [1f], null), Worker(2, [1f], [4f])]);

        Assert.Equal([2f], averaged[0].Optimiser["w"].data<float>().ToArray());
    }

    [Fact]
    public void Of_TheInputs_AreLeftAsTheyWere()
    {
        using var scope = NewDisposeScope();
        Checkpoint first = Worker(1, [1f], [1f]), second = Worker(2, [3f], [1f]);
        foreach (var averaged in CheckpointAverage.Of([first, second])) averaged.Dispose();

        Assert.Equal(1f, first.Attention["w"].data<float>()[0]);
        Assert.Equal(3f, second.Attention["w"].data<float>()[0]);
    }

    [Fact]
    public void Of_WhatHasNoMean_IsRefused()
    {
        using var scope = NewDisposeScope();
        var one = Worker(1, [1f], [1f]);

        Assert.Throws<ArgumentException>(() => CheckpointAverage.Of([]));
        Assert.Throws<ArgumentException>(() => CheckpointAverage.Of([one, new(one.State with { Variant = "NoskipSame" }, one.Attention, one.Optimiser)]));
        Assert.Throws<ArgumentException>(() => CheckpointAverage.Of([one, new(one.State with { Recipe = Recipe.Official }, one.Attention, one.Optimiser)]));
        Assert.Throws<ShapeException>(() => CheckpointAverage.Of([one, Worker(2, [1f, 2f], [1f])]));
    }

    private static Checkpoint Worker(int step, float[] weights, float[]? momentum, long counter = 0) => new(
        new() { Recipe = Recipe.Paper, Variant = "TAME", BackboneSha256 = "b", ListSha256 = $"list {step}", Images = 10, Step = step },
        new Dictionary<string, Tensor> { ["w"] = tensor(weights), ["n"] = tensor(new[] { counter }, [1]) },
        momentum is null ? new Dictionary<string, Tensor>() : new Dictionary<string, Tensor> { ["w"] = tensor(momentum) });
}
