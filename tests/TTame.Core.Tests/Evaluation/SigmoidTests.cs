using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Evaluation;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Metrics;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using TTame.Core.Tests.Explainers;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Evaluation;

/// <summary>Sigmoid classifiers, a single logit included: labels, AD, IC, ROAD, every explainer, a training step. Softmax of one logit would be 1 everywhere.</summary>
[Trait("Kind", "Unit")]
public sealed class SigmoidTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ttame-sigmoid-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private LoadedModel Model(string name, int classes = 1) => name == "torchscript" ? SigmoidModels.TorchScript(folder) : SigmoidModels.Network(folder, name, classes);

    private static (ForwardPass Pass, ClassLabels Labels, double[] Confidence) Forward(LoadedModel model, int count = 2)
    {
        ForwardPass pass = model.Classifier.Forward(SmallModels.Images(count, model.Card.Input.Size));
        ClassLabels labels = new(pass.Logits.Values.argmax(1));
        return (pass, labels, pass.Logits.Values.amax([1]).sigmoid().to(ScalarType.Float64).data<double>().ToArray());
    }

    public static TheoryData<string, string> Explainers => new()
    {
        { "toy_cnn", "t-tame" }, { "toy_cnn", "grad-cam" }, { "toy_cnn", "grad-cam++" }, { "toy_cnn", "score-cam" }, { "toy_cnn", "ablation-cam" }, { "toy_cnn", "rise" }, { "toy_cnn", "iia" },
        { "toy_vit", "t-tame" }, { "toy_vit", "grad-cam" }, { "toy_vit", "iia" }, { "toy_vit", "transformer-lrp" },
        { "torchscript", "t-tame" }, { "torchscript", "grad-cam" }, { "torchscript", "score-cam" }, { "torchscript", "rise" }, { "torchscript", "iia" },
    };

    [Theory]
    [MemberData(nameof(Explainers))]
    public void Explain_SingleLogit_IsAFiniteMapOfThePictureAndNotOfTheMethodAlone(string name, string explainer)
    {
        using LoadedModel model = Model(name);
        (ForwardPass pass, ClassLabels labels, _) = Forward(model);
        IExplainer method = ExplainerCatalogue.Create(explainer, model, new() { Rise = new(Count: 40, Seed: 3) });

        Tensor maps = method.ToImage(method.Explain(model.Classifier, pass, labels), model.Card.Input.Size, model.Card.Input.Size).Values;

        Assert.True(maps.isfinite().all().item<bool>());
        Assert.True(maps.amax([1, 2, 3]).min().item<float>() > 0);
        // RISE weighted by a softmax of one logit would give both pictures the mean of the masks.
        Assert.True((maps[0] - maps[1]).abs().max().item<float>() > 1e-3f);
    }

    [Theory]
    [InlineData("toy_cnn", 1)]
    [InlineData("toy_cnn", 7)]
    [InlineData("toy_vit", 1)]
    [InlineData("torchscript", 1)]
    public void Measure_KeptPixels_ComparesSigmoidConfidences(string name, int classes)
    {
        using LoadedModel model = Model(name, classes);
        (ForwardPass pass, ClassLabels labels, double[] expected) = Forward(model, 4);
        int size = model.Card.Input.Size;
        ScaledMaps maps = model.Attention!.Explain(pass.Features, labels.Values.unsqueeze(1)).Row(0).Scaled().ResizeTo(size, size);

        FaithfulnessScores scores = Faithfulness.Measure(model.Classifier, pass, maps, labels, Faithfulness.DefaultShares, model.Card.Kind.Masking());
        IReadOnlyList<RoadCurve> road = RemoveAndImpute.Measure(model.Classifier, pass, maps, labels, RemovalOrder.MostRelevantFirst, new() { Shares = [new(0.5)], Noise = 0 });

        Assert.Equal(expected, scores.Whole.Select(value => (double)value), new Near(1e-6));
        Tensor kept = Faithfulness.Masked(model.Classifier, pass, KeptPixels.Of(maps, new(0.5)), model.Card.Kind.Masking()).Values;
        double[] masked = model.Classifier.Classify(new(kept)).Values.gather(1, labels.Values.unsqueeze(1)).sigmoid().to(ScalarType.Float64).view(-1).data<double>().ToArray();
        Assert.Equal(masked, scores.Masked[1].Select(value => (double)value), new Near(1e-6));
        Assert.All(road, curve => Assert.InRange(curve.Confidence[0], 0.0001f, 0.9999f));
    }

    [Fact]
    public void Keeps_Sigmoid_IsTheSameSideOfOneHalfAndSoftmaxTheSameFirst()
    {
        Logits before = new(tensor(new[] { 2f, -1f, -1f, 3f, 0.5f, 1f }, [3, 2])), after = new(tensor(new[] { -0.5f, -3f, -2f, 1f, 0.1f, -4f }, [3, 2]));
        ClassLabels labels = new(tensor(new long[] { 0, 1, 1 }));

        Assert.Equal([false, true, false], ConfidenceKind.Sigmoid.Keeps(before, after, labels).data<bool>().ToArray());
        Assert.Equal([true, true, false], ConfidenceKind.Softmax.Keeps(before, after, labels).data<bool>().ToArray());
        Logits single = new(tensor(new[] { 0.2f, -0.2f }, [2, 1]));
        Assert.Equal([true, false], ConfidenceKind.Sigmoid.Keeps(new(tensor(new[] { 1f, 1f }, [2, 1])), single, new(zeros([2], ScalarType.Int64))).data<bool>().ToArray());
    }

    [Fact]
    public void CrossEntropy_Sigmoid_IsMinusTheLogarithmOfTheConfidence()
    {
        Logits logits = new(tensor(new[] { 2f, -1f }, [2, 1]));
        double expected = -(Math.Log(1 / (1 + Math.Exp(-2))) + Math.Log(1 / (1 + Math.Exp(1)))) / 2;

        Assert.Equal(expected, ConfidenceKind.Sigmoid.CrossEntropy(logits, new(zeros([2], ScalarType.Int64))).item<float>(), 1e-6);
    }

    [Fact]
    public void Differentiate_SingleLogit_StaysRecognisedCountsAndMovesTheFusion()
    {
        using LoadedModel model = Model("toy_cnn");
        using AttentionMechanism attention = AttentionMechanism.Create(AttentionVariant.Full, model.Classifier.Taps, 1, 9, CPU);
        LossWeights onlyRecognition = LossWeights.Default with { Area = 0 };
        SplitMix64 random = new(1);
        TrainingStep step = new(model.Classifier, attention, Recipe.Paper with { Weights = onlyRecognition });

        LossParts parts = step.Differentiate(SmallModels.Images(4, 32), ref random);

        Assert.True(parts.CrossEntropy > 1e-3);
        Assert.True(attention.Parameters.Single(parameter => parameter.Name == "fuser.weight").Value.grad!.abs().max().item<float>() > 1e-7f);
    }

    [Theory]
    [InlineData("toy_cnn")]
    [InlineData("torchscript")]
    public void Compute_SingleLogit_ExplainsTheOneClassAndTakesTopThreeAsNobodysWish(string name)
    {
        using LoadedModel model = Model(name);
        RgbImage crop = Toys.Blobs(model.Card.Input.Size, model.Card.Input.Size, 4);
        double expected = model.Classifier.Forward(Preprocessing.ToPixels([crop], CPU)).Logits.Values.sigmoid().item<float>();

        PictureOutcome usual = ExplanationBatch.Compute(model, [new(crop, ClassSelection.Usual, Measure: true)], 100)[0];
        PictureOutcome wished = ExplanationBatch.Compute(model, [new(crop, ClassSelection.Parse("top:3")!, Measure: true)], 100)[0];

        Assert.IsType<ClassSelectionException>(wished.Error);
        Assert.Equal([0], usual.Explanation!.Classes);
        Assert.Equal(expected, usual.Explanation.Confidences.Single(), 1e-6);
        Assert.Equal(expected, usual.Explanation.Faithfulness!.Confidence, 1e-6);
    }

    [Fact]
    public void Run_SingleLogit_EveryMeasureButThoseOfAnotherClass()
    {
        using LoadedModel model = Model("torchscript");
        using ImageList images = ImageList.Open(Toys.Pictures(Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName, 4));
        EvaluationPlan plan = new()
        {
            Explainers = ["t-tame", "grad-cam"], Measures = [.. EvaluationMeasures.Names], Resamples = 20, FlowSteps = 4, Road = new() { Shares = [new(0.5)] },
        };

        EvaluationResult result = Evaluator.Run(model, images, plan);

        string[] ofAnotherClass = ["rank-correlation-runner-up", "rank-correlation-random", "ad-own", "ad-swapped"], ofBoxes = ["energy-in-box"];
        Assert.Equal(EvaluationMeasures.Names.Except(ofAnotherClass).Except(ofBoxes).Order(), result.Rows.Select(row => row.Measure).Distinct().Order());
        Assert.All(result.Records, record => Assert.Equal(0, record.Label));
        Assert.All(result.Records, record => Assert.InRange(record.Confidence, 0.0001, 0.9999));
        Assert.Contains(result.Rows, row => row.Measure is "ad" or "ic" && row.Mean > 0);               // of a softmax of one logit both would be 0
    }

    [Fact]
    public void Load_TorchScriptWithoutItsHash_RefusedOrWarned()
    {
        ModelCard card = SigmoidModels.Program(folder);
        File.WriteAllText(Path.Combine(folder, card.Name, ModelCard.FileName), (card with { Sha256 = null }).ToJson());

        Assert.Contains("sha256", Assert.Throws<ModelException>(() => new ModelLibrary(folder, new()).Load(card.Name, CPU)).Message, StringComparison.Ordinal);
        using LoadedModel warned = new ModelLibrary(folder, new() { MissingHash = MissingHash.Warn }).Load(card.Name, CPU);
        Assert.Contains(card.Sha256!, Assert.Single(warned.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_TorchScriptWithoutHead_WhatRunsTheTailSaysWhy()
    {
        using LoadedModel model = Model("torchscript");
        (ForwardPass pass, ClassLabels labels, _) = Forward(model);

        Assert.Contains("head", Assert.Throws<ModelException>(() => ExplainerCatalogue.Create("ablation-cam", model).Explain(model.Classifier, pass, labels)).Message, StringComparison.Ordinal);
    }

    private sealed class Near(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double value) => 0;
    }
}
