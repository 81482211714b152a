using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers;

public sealed class GradCamTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly IClassifier classifier = Toys.Cnn();

    public void Dispose()
    {
        classifier.Dispose();
        scope.Dispose();
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Explain_AverageAndLinearHead_WeightsAreTheHeadsRowOverThePositions()
    {
        using ForwardPass pass = Pass(1);
        ClassLabels labels = new(tensor(new long[] { 6 }));
        using LayerPass at = classifier.ForwardTo("pool3", pass.Images);                              // 4×4 positions, then the mean and one linear layer
        Tensor[] rows = [.. Enumerable.Range(0, 32).Select(k => Head(at, k, 6) / 16)];
        Tensor expected = rows.Select((w, k) => w * at.Activations.detach().narrow(1, k, 1)).Aggregate((a, b) => a + b).relu();

        Tensor map = new GradCam("pool3").Explain(classifier, pass, labels).Values;

        Assert.Equal([1, 1, 4, 4], map.shape);
        Assert.True((map - expected).abs().max().item<float>() <= 1e-4f * expected.max().item<float>());
    }

    [Fact]
    [Trait("Kind", "Restore")]
    public void Explain_Twice_SameMapAndSameLogitsAfterwards()
    {
        using ForwardPass pass = Pass(3);
        ClassLabels labels = new(pass.Logits.Values.argmax(1));

        float[] first = new GradCam("relu3").Explain(classifier, pass, labels).Values.data<float>().ToArray();
        float[] second = new GradCam("relu3").Explain(classifier, pass, labels).Values.data<float>().ToArray();

        Assert.Equal(first, second);
        Assert.Equal(pass.Logits.Values.data<float>().ToArray(), classifier.Forward(pass.Pixels).Logits.Values.data<float>().ToArray());
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Explain_TTame_TakesNoPassOfItsOwn()
    {
        using AttentionMechanism attention = AttentionMechanism.Create(AttentionVariant.Full, classifier.Taps, classifier.Classes, 7, CPU);
        using ForwardPass pass = Pass(2);
        ClassLabels labels = new(tensor(new long[] { 2, 5 }));
        long before = classifier.ForwardPasses;

        Tensor maps = new TTameExplainer(attention).Explain(classifier, pass, labels).Values;

        Assert.Equal(0, classifier.ForwardPasses - before);
        using var frozen = no_grad();
        Tensor all = attention.Forward(pass.Features).Values;
        Tensor own = stack([all[0, 2], all[1, 5]]).unsqueeze(1);
        Assert.True((maps - own).abs().max().item<float>() < 1e-4f);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Create_NamesOfTheCatalogue_GiveTheMethodOrTheReasonWhyNot()
    {
        using LoadedModel model = new(classifier.Card, classifier, null, new string('c', 64));

        Assert.Equal("grad-cam", ExplainerCatalogue.Create("grad-cam@pool3", model).Info.Name);
        Assert.Equal("toy", Assert.Throws<ModelException>(() => ExplainerCatalogue.Create("t-tame", model)).Model);
        Assert.Throws<ArgumentException>(() => ExplainerCatalogue.Create("saliency", model));
    }

    private ForwardPass Pass(int images) => classifier.Forward(Preprocessing.ToPixels([.. Enumerable.Range(0, images).Select(i => Toys.Blobs(32, 32, i))], CPU));

    // The linear head's weight of channel k, read off by two evaluations that differ in that channel by one everywhere.
    private Tensor Head(LayerPass at, int k, int label)
    {
        Tensor none = zeros_like(at.Activations), one = none.clone();
        one.narrow(1, k, 1).fill_(1);
        return (classifier.Head("pool3", at, one).Values - classifier.Head("pool3", at, none).Values)[0, label];
    }
}
