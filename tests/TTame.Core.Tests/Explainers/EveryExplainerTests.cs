using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers;

/// <summary>What every method keeps to: batches change nothing, the classifier stays as it was, passes are counted, maps are finite.</summary>
public class EveryExplainerTests
{
    private static readonly ChunkRule Small = new(MemoryBytes: 1);

    private static readonly Dictionary<string, Func<ChunkRule, IExplainer>> OfCnn = new()
    {
        ["grad-cam"] = _ => new GradCam(SmallModels.CnnLayer),
        ["grad-cam++"] = _ => new GradCamPlusPlus(SmallModels.CnnLayer),
        ["score-cam"] = chunks => new ScoreCam(SmallModels.CnnLayer, chunks),
        ["ablation-cam"] = chunks => new AblationCam(SmallModels.CnnLayer, chunks),
        ["rise"] = chunks => new Rise(new RiseOptions(Count: 24, Seed: 5), chunks),
        ["iia"] = _ => new IiaCnn(),
    };

    private static readonly Dictionary<string, Func<ChunkRule, IExplainer>> OfVit = new()
    {
        ["grad-cam"] = _ => new GradCam(SmallModels.VitLayer),
        ["grad-cam++"] = _ => new GradCamPlusPlus(SmallModels.VitLayer),
        ["score-cam"] = chunks => new ScoreCam(SmallModels.VitLayer, chunks),
        ["ablation-cam"] = chunks => new AblationCam(SmallModels.VitLayer, chunks),
        ["rise"] = chunks => new Rise(new RiseOptions(Count: 24, Seed: 5, Weight: RiseWeight.Logit), chunks),
        ["iia"] = _ => new IiaVit(steps: 2),
        ["transformer-lrp"] = _ => new TransformerLrp(),
    };

    public static TheoryData<string, string> Methods
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (string name in OfCnn.Keys) rows.Add("cnn", name);
            foreach (string name in OfVit.Keys) rows.Add("vit", name);
            return rows;
        }
    }

    [Theory, Trait("Kind", "Property")]
    [MemberData(nameof(Methods))]
    public void Explain_BatchOfThree_EqualsThreeSingles(string model, string name)
    {
        using var scope = NewDisposeScope();
        (IClassifier classifier, IExplainer explainer, PixelImages images) = Make(model, name, new ChunkRule());
        float[] batch = Map(classifier, explainer, images);
        float[] singles = [.. Enumerable.Range(0, 3).SelectMany(n => Map(classifier, explainer, new(images.Values.narrow(0, n, 1))))];
        Close(singles, batch, 2e-5f);
        classifier.Dispose();
    }

    [Theory, Trait("Kind", "Property")]
    [InlineData("cnn", "score-cam")]
    [InlineData("cnn", "ablation-cam")]
    [InlineData("cnn", "rise")]
    [InlineData("vit", "score-cam")]
    [InlineData("vit", "ablation-cam")]
    [InlineData("vit", "rise")]
    public void Explain_OneCopyAtATime_EqualsTheDefaultChunk(string model, string name)
    {
        using var scope = NewDisposeScope();
        (IClassifier classifier, IExplainer large, PixelImages images) = Make(model, name, new ChunkRule());
        IExplainer small = (model == "cnn" ? OfCnn : OfVit)[name](Small);
        Close(Map(classifier, large, images), Map(classifier, small, images), 2e-5f);
        classifier.Dispose();
    }

    [Theory, Trait("Kind", "Restore")]
    [MemberData(nameof(Methods))]
    public void Explain_Afterwards_TheClassifierAnswersBitForBitAsBefore(string model, string name)
    {
        using var scope = NewDisposeScope();
        (IClassifier classifier, IExplainer explainer, PixelImages images) = Make(model, name, new ChunkRule());
        using ForwardPass before = classifier.Forward(images);
        float[] pixels = Values(images.Values), standardised = Values(before.Images.Values);
        explainer.Explain(classifier, before, Labels(before.Logits));
        using ForwardPass after = classifier.Forward(images);
        Assert.Equal(Values(before.Logits.Values), Values(after.Logits.Values));
        Assert.Equal(pixels, Values(images.Values));
        Assert.Equal(standardised, Values(before.Images.Values));
        Assert.True(is_grad_enabled());
        if (classifier is IAttentionBackbone open) Assert.All(open.Weights.Values, weight => Assert.False(weight.requires_grad));
        classifier.Dispose();
    }

    [Theory, Trait("Kind", "Restore")]
    [MemberData(nameof(Methods))]
    public void Explain_Afterwards_NoTensorButTheMapIsLeft(string model, string name)
    {
        using var outer = NewDisposeScope();
        (IClassifier classifier, IExplainer explainer, PixelImages images) = Make(model, name, new ChunkRule());
        using ForwardPass pass = classifier.Forward(images);
        ClassLabels labels = Labels(pass.Logits);
        using var scope = NewDisposeScope();
        explainer.Explain(classifier, pass, labels);
        Assert.Equal(1, scope.DisposablesCount);
        classifier.Dispose();
    }

    [Theory, Trait("Kind", "Unit")]
    [MemberData(nameof(Methods))]
    public void Explain_TwoImages_TakesThePassesThatItStates(string model, string name)
    {
        using var scope = NewDisposeScope();
        (IClassifier classifier, IExplainer explainer, PixelImages images) = Make(model, name, new ChunkRule());
        using ForwardPass pass = classifier.Forward(new(images.Values.narrow(0, 0, 2)));
        explainer.Explain(classifier, pass, Labels(pass.Logits));
        long channels = model == "cnn" ? 32 : 8;
        long own = explainer is TransformerLrp ? 1 : 0;            // its float64 run is no call of the classifier
        Assert.Equal(2 * (explainer.Info.ForwardPasses ?? channels + 2), classifier.ForwardPasses + 2 * own);
        classifier.Dispose();
    }

    [Theory, Trait("Kind", "Property")]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Explain_AblationCamOnViTInChunksOf_ChannelStandsAtItsPlaceInABatchOfEight(int copies)
    {
        using var scope = NewDisposeScope();
        (IClassifier classifier, IExplainer whole, PixelImages images) = Make("vit", "ablation-cam", new ChunkRule());
        ChunkRule chunk = new(copies * 16L * 16 * 256 * sizeof(float));
        Assert.Equal(copies, chunk.CopiesOf(16, 16));
        Close(Map(classifier, whole, images), Map(classifier, OfVit["ablation-cam"](chunk), images), 2e-5f);
        classifier.Dispose();
    }

    [Theory, Trait("Kind", "Unit")]
    [InlineData("grad-cam")]
    [InlineData("grad-cam++")]
    [InlineData("ablation-cam")]
    [InlineData("iia")]
    public void Explain_HeadOfZeros_GivesAConstantMapThatIsFlagged(string name)
    {
        using var scope = NewDisposeScope();
        using IClassifier classifier = SmallModels.Cnn(headScale: 0);
        using ForwardPass pass = classifier.Forward(SmallModels.Images(2, 32));
        IExplainer explainer = OfCnn[name](new ChunkRule());
        ScaledMaps maps = explainer.ToImage(explainer.Explain(classifier, pass, Labels(pass.Logits)), 32, 32);
        Assert.All(Values(maps.Values), value => Assert.Equal(0f, value));
        Assert.True(maps.IsDegenerate(0) && maps.IsDegenerate(1));
    }

    [Theory, Trait("Kind", "Property")]
    [MemberData(nameof(Methods))]
    public void Explain_ImageOfOneColour_MapIsFiniteAndScaledOrFlagged(string model, string name)
    {
        using var scope = NewDisposeScope();
        (IClassifier classifier, IExplainer explainer, PixelImages images) = Make(model, name, new ChunkRule());
        images.Values.fill_(0.5f);
        using ForwardPass pass = classifier.Forward(images);
        ScaledMaps maps = explainer.ToImage(explainer.Explain(classifier, pass, Labels(pass.Logits)), images.Values.shape[2], images.Values.shape[3]);
        Assert.All(Values(maps.Values), value => Assert.InRange(value, 0f, 1f));                     // NaN is in no range
        for (int i = 0; i < 3; i++) Assert.Equal(maps.IsDegenerate(i), Values(maps.Values.select(0, i)).All(value => value == 0));
        classifier.Dispose();
    }

    [Fact, Trait("Kind", "Unit")]
    public void Explain_AttentionMethodsOnACnn_SayWhyNot()
    {
        using var scope = NewDisposeScope();
        using IClassifier classifier = SmallModels.Cnn();
        using ForwardPass pass = classifier.Forward(SmallModels.Images(1, 32));
        Assert.Equal(classifier.Card.Name, Assert.Throws<ModelException>(() => new TransformerLrp().Explain(classifier, pass, Labels(pass.Logits))).Model);
        Assert.Equal(classifier.Card.Name, Assert.Throws<ModelException>(() => new IiaVit().Explain(classifier, pass, Labels(pass.Logits))).Model);
    }

    [Fact, Trait("Kind", "Unit")]
    public void Explain_NaNInTheImage_IsRefused()
    {
        using var scope = NewDisposeScope();
        using IClassifier classifier = SmallModels.Cnn();
        PixelImages images = SmallModels.Images(1, 32);
        images.Values.fill_(float.NaN);
        using ForwardPass pass = classifier.Forward(images);
        Assert.Equal("numeric", Assert.Throws<ImageContentException>(() => new IiaCnn().Explain(classifier, pass, Labels(pass.Logits))).Code);
    }

    private static (IClassifier, IExplainer, PixelImages) Make(string model, string name, ChunkRule chunks) => model == "cnn"
        ? (SmallModels.Cnn(), OfCnn[name](chunks), SmallModels.Images(3, 32))
        : (SmallModels.Vit(), OfVit[name](chunks), SmallModels.Images(3, 16));

    private static ClassLabels Labels(Logits logits) => new(logits.Values.argmax(1));

    private static float[] Map(IClassifier classifier, IExplainer explainer, PixelImages images)
    {
        using var scope = NewDisposeScope();
        ForwardPass pass = classifier.Forward(images);
        return Values(explainer.Explain(classifier, pass, Labels(pass.Logits)).Values);
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static void Close(float[] expected, float[] actual, float relative)
    {
        float largest = expected.Max(Math.Abs);
        Assert.True(largest > 0);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], relative * largest);
    }
}
