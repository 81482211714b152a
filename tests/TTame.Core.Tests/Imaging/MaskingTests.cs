using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Imaging;

public sealed class MaskingTests
{
    private static readonly InputSpec s_spec = new(2, null, [0.5F, 0.25F, 0], [0.5F, 0.25F, 1]);

    [Fact]
    [Trait("Kind", "Unit")]
    public void RawThenNormalise_OfRemovedPlace_IsBlackStandardised()
    {
        using var scope = NewDisposeScope();
        PixelImages white = new(ones(1, 3, 1, 2));

        var masked = Masking.RawThenNormalise(white, tensor(new float[] { 0, 1 }, [1, 1, 1, 2]), s_spec);

        Assert.Equal([-1, 1, -1, 3, 0, 1], masked.Values.data<float>().ToArray());
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void OnNormalised_OfRemovedPlace_IsTheMean()
    {
        using var scope = NewDisposeScope();
        var white = Preprocessing.Standardise(new(ones(1, 3, 1, 2)), s_spec);

        var masked = Masking.OnNormalised(white, tensor(new float[] { 0, 0.5F }, [1, 1, 1, 2]));

        Assert.Equal([0, 0.5F, 0, 1.5F, 0, 0.5F], masked.Values.data<float>().ToArray());
    }

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData(1, 1, 4, 4)]        // one map for two images
    [InlineData(2, 3, 4, 4)]        // a map per channel
    [InlineData(2, 1, 1, 1)]
    [InlineData(2, 1, 4, 5)]
    public void OnNormalised_OfMapsThatWouldBroadcast_IsRefused(long b, long k, long h, long w)
    {
        using var scope = NewDisposeScope();

        Assert.Throws<ShapeException>(() => Masking.OnNormalised(new(ones(2, 3, 4, 4)), ones(b, k, h, w)));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void RawThenNormalise_GradientAtTheMap_IsTheSumOfPixelsOverDeviations()
    {
        using var scope = NewDisposeScope();
        Tensor map = full([1, 1, 1, 1], 0.5F).requires_grad_();

        Masking.RawThenNormalise(new(tensor(new float[] { 0.5F, 0.25F, 1 }, [1, 3, 1, 1])), map, s_spec).Values.sum().backward();

        Assert.Equal(3, map.grad!.item<float>(), 1e-6);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void RawThenNormalise_LeavesOneTensorBehind()
    {
        using var scope = NewDisposeScope();
        PixelImages pixels = new(ones(1, 3, 2, 2));
        Tensor maps = ones(1, 1, 2, 2);
        using var inner = NewDisposeScope();

        _ = Masking.RawThenNormalise(pixels, maps, s_spec);

        Assert.Equal(1, inner.DisposablesCount);
    }
}
