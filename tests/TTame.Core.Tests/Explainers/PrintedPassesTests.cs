using TTame.Core.Backbones;
using TTame.Core.Explainers;

namespace TTame.Core.Tests.Explainers;

[Trait("Kind", "Unit")]
public class PrintedPassesTests
{
    [Theory]
    [InlineData("vgg16", "score-cam", 512)]
    [InlineData("resnet50", "ablation-cam@layer4.2", 8192)]
    [InlineData("vit_b_16", "iia", 44)]
    [InlineData("vit_b_16", "l-cam-img", null)]
    [InlineData("toy_cnn", "grad-cam", null)]
    public void Of_BackboneAndMethod_IsThePapersNumberOrNone(string family, string explainer, int? printed)
        => Assert.Equal(printed, PrintedPasses.Of(explainer, TorchvisionCards.Of(family)));
}
