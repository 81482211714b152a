using TorchSharp;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Tests.Metrics.Road;

public class LinearImputationTests
{
    [Fact, Trait("Kind", "Unit")]
    public void Solve_NoPixelKept_ImputesThePictureMeanPerChannel()
    {
        using var scope = NewDisposeScope();
        Tensor picture = tensor(new[] { 0f, 1f, 0.5f, 0.5f, 0.2f, 0.2f, 0.2f, 1f }, [1, 2, 2, 2]);
        Tensor imputed = LinearImputation.Solve(picture, ones([1, 1, 2, 2], dtype: @bool));
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f, 0.4f, 0.4f, 0.4f, 0.4f], imputed.data<float>().ToArray());
    }

    [Fact, Trait("Kind", "Unit")]
    public void Solve_NothingRemoved_ReturnsThePictureBitForBit()
    {
        using var scope = NewDisposeScope();
        Tensor picture = rand([2, 3, 9, 11]);
        Assert.Equal(picture.data<float>().ToArray(), LinearImputation.Solve(picture, zeros([2, 1, 9, 11], dtype: @bool)).data<float>().ToArray());
    }

    [Fact, Trait("Kind", "Property")]
    public void Solve_KeptPixels_AreUntouchedAndTheInputIsNotWritten()
    {
        using var scope = NewDisposeScope();
        Tensor picture = rand([2, 3, 20, 30]), before = picture.clone(), removed = rand([2, 1, 20, 30]) < 0.7f;
        Tensor imputed = LinearImputation.Solve(picture, removed);
        Assert.Equal(0f, ((imputed - picture) * removed.logical_not()).abs().max().item<float>());
        Assert.True(picture.Equals(before));
    }

    [Fact, Trait("Kind", "Property")]
    public void Solve_StartedFromAnotherShare_EndsWhereAColdStartEnds()
    {
        using var scope = NewDisposeScope();
        Tensor picture = rand([2, 3, 48, 48]), noise = rand([2, 1, 48, 48]);
        Tensor earlier = LinearImputation.Solve(picture, noise < 0.6f);
        Tensor warm = LinearImputation.Solve(picture, noise < 0.8f, earlier), cold = LinearImputation.Solve(picture, noise < 0.8f);
        Assert.True((warm - cold).abs().max().item<float>() < 2e-5f);
    }

    [Theory, Trait("Kind", "Replica")]
    [InlineData(32, 32)]
    [InlineData(61, 50)]
    [InlineData(2, 3)]
    public void TensorGrid_AnySize_SolvesWhatTheCpuPathSolves(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)height);
        Tensor picture = rand([3, 2, height, width], generator: generator), removed = rand([3, 1, height, width], generator: generator) < 0.75f;
        removed[0, 0, 0, 0] = false;
        removed[1, 0, 0, 0] = false;
        removed[2, 0, 0, 0] = false;
        Tensor expected = LinearImputation.Solve(picture, removed);
        GridGeometry geometry = GridGeometry.For(height, width);
        long[] padding = [0, geometry.Width - width, 0, geometry.Height - height];
        Tensor field = F.pad(picture, padding).clone();
        using var grid = new TensorGrid(geometry, F.pad(removed.to(float32), padding).clone(), channels: 2);
        using var steps = new TensorSteps();
        new ImputationSolver<Tensor>(grid, steps).Solve(field);
        Tensor found = field.narrow(2, 0, height).narrow(3, 0, width);
        Assert.True((found - expected).abs().max().item<float>() < 2e-5f);
    }

    [Fact, Trait("Kind", "Property")]
    public void Like_TwoPicturesInEitherOrder_GetTheSameNoiseEach()
    {
        using var scope = NewDisposeScope();
        Tensor first = rand([1, 3, 40, 40]), second = rand([1, 3, 40, 40]);
        Tensor together = ImputationNoise.Like(cat(new[] { first, second }, 0), 0.01, seed: 9);
        Assert.True(together.narrow(0, 1, 1).Equals(ImputationNoise.Like(second, 0.01, seed: 9)));
        Assert.False(together.narrow(0, 0, 1).Equals(together.narrow(0, 1, 1)));
        Assert.False(together.narrow(0, 0, 1).Equals(ImputationNoise.Like(first, 0.01, seed: 10)));
    }

    [Fact, Trait("Kind", "Property")]
    public void Like_HundredThousandNumbers_HaveMeanZeroAndTheDeviationAskedFor()
    {
        using var scope = NewDisposeScope();
        Tensor noise = ImputationNoise.Like(rand([1, 3, 200, 200]), 0.01, seed: 1);
        Assert.InRange(noise.mean().item<float>(), -1.2e-4f, 1.2e-4f);       // four standard errors
        Assert.InRange(noise.std().item<float>(), 0.00992f, 0.01008f);
    }
}
