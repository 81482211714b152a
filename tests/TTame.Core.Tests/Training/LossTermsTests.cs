using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

[Trait("Kind", "Unit")]
public sealed class LossTermsTests
{
    // One 2×2 map: differences down 0.3 and 0.3, right 0.1 and 0.1.
    private static Tensor Map() => tensor(new[] { 0.1, 0.2, 0.4, 0.5 }, [1, 1, 2, 2]);

    [Fact]
    public void Variation_TwoByTwoMap_IsHalfTheMeanSquaredDifference()
    {
        using var scope = NewDisposeScope();

        Assert.Equal((0.09 + 0.09 + 0.01 + 0.01) / (2 * 4), LossTerms.Variation(Map()).ToDouble(), 1e-12);
    }

    [Fact]
    public void Variation_SameMapTwice_DoesNotChange()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(LossTerms.Variation(Map()).ToDouble(), LossTerms.Variation(cat([Map(), Map()], 1)).ToDouble(), 1e-12);
    }

    [Fact]
    public void OfficialVariation_TwoByTwoMap_CornersCountTwiceInTheBorder()
    {
        using var scope = NewDisposeScope();
        double border = 2 * (0.01 + 0.04 + 0.16 + 0.25);                 // every value of a 2×2 map lies in a row and in a column of the border

        Assert.Equal((0.2 + 0.3 * border) / 2, LossTerms.OfficialVariation(Map()).ToDouble(), 1e-12);
    }

    [Fact]
    public void Area_ExponentOne_IsTheMean()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(0.3, LossTerms.Area(Map(), 1).ToDouble(), 1e-12);
        Assert.Equal(0.3005, LossTerms.OfficialArea(Map(), 1).ToDouble(), 1e-12);
    }

    [Fact]
    public void Area_ValueZero_GradientIsFinite()
    {
        using var scope = NewDisposeScope();
        Tensor psi = zeros([1, 1, 2, 2], float64, requires_grad: true);

        LossTerms.Area(psi, 0.3).backward();

        Assert.True(psi.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Of_PaperWeights_AreaWeightReachesTheVariationToo()
    {
        using var scope = NewDisposeScope();
        TrainingLoss loss = new(LossKind.Paper, LossWeights.Default);

        LossParts parts = loss.Of(Map(), new Logits(zeros(1, 4, float64)), new ClassLabels(tensor(new long[] { 2 }))).Read();

        Assert.Equal(Math.Log(4), parts.CrossEntropy, 1e-12);
        Assert.Equal(1.5 * parts.CrossEntropy + 2 * (parts.Area + 0.005 * parts.Variation), parts.Total, 1e-12);
    }
}
