using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Primitives;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers;

/// <summary>A user's TorchScript program without the method <c>head</c>: what needs only gradients or passes works, what re-runs the layers behind the target says why not.</summary>
public class TorchScriptExplainerTests
{
    private const string Model = "cifar10-resnet56";

    [SkippableTheory, Trait("Kind", "Unit")]
    [InlineData("grad-cam")]
    [InlineData("grad-cam++")]
    [InlineData("score-cam")]
    [InlineData("iia")]
    public void Explain_WithoutHead_GivesAMapThatPointsSomewhere(string method)
    {
        using var scope = NewDisposeScope();
        using LoadedModel model = Load();
        using ForwardPass pass = model.Classifier.Forward(SmallModels.Images(2, 32));
        ExplanationMaps maps = ExplainerCatalogue.Create(method, model).Explain(model.Classifier, pass, new(pass.Logits.Values.argmax(1)));
        Assert.Equal([2L, 1, 8, 8], maps.Values.shape);
        Assert.False(maps.Scaled().IsDegenerate(0) && maps.Scaled().IsDegenerate(1));
    }

    [SkippableFact, Trait("Kind", "Unit")]
    public void Explain_GradientsOfTheLastTap_AreTheLinearLayersRowOverThePositions()
    {
        using var scope = NewDisposeScope();
        using LoadedModel model = Load();
        ForwardPass pass = model.Classifier.Forward(SmallModels.Images(2, 32));
        using LayerPass at = model.Classifier.ForwardTo("layer3", pass.Images);
        Tensor gradient = ChannelMaps.Gradient(at, new(tensor(new long[] { 3, 3 })));
        // Global average pooling and one linear layer lie behind: the gradient is the same at every position and for every image.
        Assert.True(gradient.abs().max().item<float>() > 0);
        Assert.True((gradient - gradient[0, .., 0, 0].view(1, -1, 1, 1)).abs().max().item<float>() < 1e-6f);
    }

    [SkippableFact, Trait("Kind", "Unit")]
    public void Explain_AblationCamWithoutHead_SaysWhyNot()
    {
        using var scope = NewDisposeScope();
        using LoadedModel model = Load();
        using ForwardPass pass = model.Classifier.Forward(SmallModels.Images(1, 32));
        IExplainer ablation = ExplainerCatalogue.Create("ablation-cam", model);
        Assert.Contains("head", Assert.Throws<ModelException>(() => ablation.Explain(model.Classifier, pass, new(pass.Logits.Values.argmax(1)))).Message);
    }

    private static LoadedModel Load() => new ModelLibrary(Ground.Shared("models"), new()).Load(Model, CPU);
}
