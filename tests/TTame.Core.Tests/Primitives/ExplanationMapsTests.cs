using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Primitives;

[Trait("Kind", "Unit")]
public sealed class ExplanationMapsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    private static ExplanationMaps Maps(params float[] values) => new(tensor(values, values.Length / 4, 1, 2, 2));

    [Fact]
    public void Scaled_TwoMaps_EachByItsOwnExtremes()
    {
        ScaledMaps scaled = Maps(-1, 0, 1, 3, 10, 20, 30, 40).Scaled();
        Assert.Equal([0, 0.25f, 0.5f, 1, 0, 1 / 3f, 2 / 3f, 1], scaled.Values.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.False(scaled.IsDegenerate(0) || scaled.IsDegenerate(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-1e20)]
    public void Fault28_ConstantMap_AllZerosAndFlagged(float value)
    {
        ScaledMaps scaled = Maps(value, value, value, value, 0, 0, 0, 1).Scaled();
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1f], scaled.Values.data<float>().ToArray());
        Assert.True(scaled.IsDegenerate(0));
        Assert.False(scaled.IsDegenerate(1));
    }

    [Fact]
    public void Scaled_NotANumber_StaysOne()
    {
        ScaledMaps scaled = Maps(0, 1, 2, float.NaN).Scaled();
        Assert.True(scaled.Values.isnan().any().item<bool>());
        Assert.False(scaled.IsDegenerate(0));
    }

    [Fact]
    public void ResizeTo_TwiceTheSize_BilinearWithoutAlignedCorners()
    {
        ScaledMaps scaled = new(tensor(new float[] { 0, 1 }, 1, 1, 1, 2));
        Assert.Equal([0, 0.25f, 0.75f, 1], scaled.ResizeTo(1, 4).Values.data<float>().ToArray());
    }
}
