using TorchSharp;
using TTame.Core.Metrics;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Metrics;

[Trait("Kind", "Unit")]
public sealed class KeptPixelsTests
{
    private static ScaledMaps Maps() => new(tensor(new[] { 0f, 0.25f, 0.5f, 1f }, [1, 1, 2, 2]));

    [Fact]
    public void Thresholds_HalfKept_LiesBetweenTheOrderStatistics()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(0.375, KeptPixels.Thresholds(Maps(), new(0.5)).ToDouble(), 1e-6);
    }

    [Fact]
    public void Of_HalfKept_KeepsGreyValuesAndZeroesTheRest()
    {
        using var scope = NewDisposeScope();

        Assert.Equal([0, 0, 0.5f, 1], KeptPixels.Of(Maps(), new(0.5)).data<float>().ToArray());
    }

    [Fact]
    public void Of_AllKept_IsTheMap()
    {
        using var scope = NewDisposeScope();

        Assert.Equal([0, 0.25f, 0.5f, 1], KeptPixels.Of(Maps(), new(1)).data<float>().ToArray());
    }
}
