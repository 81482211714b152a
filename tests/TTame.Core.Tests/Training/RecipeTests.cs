using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;

namespace TTame.Core.Tests.Training;

[Trait("Kind", "Unit")]
public sealed class RecipeTests
{
    [Fact]
    public void Paper_Defaults_AreThePapers()
    {
        Recipe paper = Recipe.Paper;

        Assert.Equal((8, 32, 1e-3, 5e-4), (paper.Epochs, paper.BatchSize, paper.MaxLearningRate, paper.WeightDecay));
        Assert.Equal((LossKind.Paper, PsiRule.RandomClasses, Augmentation.Crop), (paper.Loss, paper.Psi, paper.Augmentation!.Value));
    }

    [Theory]
    [InlineData(ModelKind.Cnn, MaskingRule.Cnn, Augmentation.Centre)]
    [InlineData(ModelKind.Vit, MaskingRule.Vit, Augmentation.CropAndFlip)]
    public void For_Official_DecidesMaskingAndCropsByTheKind(ModelKind kind, MaskingRule masking, Augmentation augmentation)
    {
        Recipe decided = Recipe.Official.For(kind);

        Assert.Equal((masking, augmentation), (decided.Masking!.Value, decided.Augmentation!.Value));
    }

    [Fact]
    public void For_MismatchedMasking_IsKept()
        => Assert.Equal(MaskingRule.Cnn, (Recipe.Paper with { Masking = MaskingRule.Cnn }).For(ModelKind.Vit).Masking);

    [Theory]
    [InlineData(ModelKind.Cnn, null, Initialisation.MaskedAndPooled, 1)]
    [InlineData(ModelKind.Vit, null, Initialisation.Masked, 0)]
    [InlineData(ModelKind.Vit, 0.3, Initialisation.MaskedAndPooled, 0.3)]
    public void For_FewImages_PooledRowsCountNothingForATransformerUnlessAsked(ModelKind kind, double? given, Initialisation start, double weight)
    {
        Recipe decided = (Recipe.FewImages with { ClosedForm = new() { PooledWeight = given } }).For(kind);

        Assert.Equal((start, weight), (decided.Initialisation, decided.ClosedForm.PooledWeight));
    }

    [Theory]
    [InlineData(64, 2)]
    [InlineData(65, 3)]
    [InlineData(1, 1)]
    public void StepsPerEpoch_LastBatchSmaller_IsRoundedUp(int images, int steps)
        => Assert.Equal(steps, Recipe.Paper.StepsPerEpoch(images));

    [Fact]
    public void Validate_NegativeRate_ArgumentOutOfRange()
        => Assert.Throws<ArgumentOutOfRangeException>(() => (Recipe.Paper with { MaxLearningRate = -1 }).Validate());
}
