using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers;

public class LCamImgTests
{
    [Theory, Trait("Kind", "Unit")]
    [InlineData("pool3")]
    [InlineData("relu3")]
    public void Explain_TapInThePassOrNot_IsTheConvolutionsRowOfTheLabel(string layer)
    {
        using var scope = NewDisposeScope();
        using IClassifier classifier = SmallModels.Cnn();
        FeatureTap tap = new(layer, 32, layer == "pool3" ? 8 : 4);
        using AttentionMechanism attention = AttentionMechanism.Create(AttentionVariant.LCam, [tap], 10, seed: 4, CPU);
        using ForwardPass pass = classifier.Forward(SmallModels.Images(2, 32));
        Tensor labels = tensor(new long[] { 3, 7 });
        Tensor map = new LCamImg(attention, tap).Explain(classifier, pass, new(labels)).Values;
        Tensor grid = classifier.ForwardTo(layer, pass.Images).Activations.detach();
        Tensor all = nn.functional.conv2d(grid, attention.Parameters.Single(p => p.Name == "op.weight").Value, attention.Parameters.Single(p => p.Name == "op.bias").Value);
        Tensor expected = stack([all[0, 3], all[1, 7]]).unsqueeze(1);
        Assert.True((map - expected).abs().max().item<float>() < 1e-5f);
    }

    [Fact, Trait("Kind", "Unit")]
    public void LCamImg_MechanismOfAnotherVariant_IsRefused()
    {
        using var scope = NewDisposeScope();
        FeatureTap tap = new("pool3", 32, 8);
        using AttentionMechanism attention = AttentionMechanism.Create(AttentionVariant.Full, [tap], 10, seed: 4, CPU);
        Assert.Equal("attention", Assert.Throws<ArgumentException>(() => new LCamImg(attention, tap)).ParamName);
    }
}
