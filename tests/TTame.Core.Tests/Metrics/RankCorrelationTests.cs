using TTame.Core.Metrics;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Metrics;

public sealed class RankCorrelationTests
{
    [Theory]
    [InlineData(new float[] { 1, 2, 3, 4 }, new float[] { 10, 20, 30, 1000 }, 1.0)]
    [InlineData(new float[] { 1, 2, 3, 4 }, new float[] { 4, 3, 2, 1 }, -1.0)]
    [InlineData(new float[] { 1, 2, 3, 4 }, new float[] { 2, 1, 4, 3 }, 0.6)]              // 1 − 6·(1+1+1+1)/(4·15)
    [InlineData(new float[] { 0, 0, 1, 1 }, new float[] { 0, 0, 1, 1 }, 1.0)]
    [Trait("Kind", "Unit")]
    public void Of_FourPlaces_HandResult(float[] one, float[] other, double expected)
    {
        using var a = tensor(one, [1, 1, 2, 2]);
        using var b = tensor(other, [1, 1, 2, 2]);

        Assert.Equal(expected, RankCorrelation.Of(a, b)!.Value, 12);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Of_ConstantMap_Null()
    {
        using var a = ones([1, 1, 2, 2]);
        using var b = rand([1, 1, 2, 2]);

        Assert.Null(RankCorrelation.Of(a, b));
    }
}
