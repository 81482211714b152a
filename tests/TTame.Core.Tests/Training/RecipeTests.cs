using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Training;

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
    [InlineData(64, 2)]
    [InlineData(65, 3)]
    [InlineData(1, 1)]
    public void StepsPerEpoch_LastBatchSmaller_IsRoundedUp(int images, int steps)
        => Assert.Equal(steps, Recipe.Paper.StepsPerEpoch(images));

    [Fact]
    public void Validate_NegativeRate_ArgumentOutOfRange()
        => Assert.Throws<ArgumentOutOfRangeException>(() => (Recipe.Paper with { MaxLearningRate = -1 }).Validate());
}
