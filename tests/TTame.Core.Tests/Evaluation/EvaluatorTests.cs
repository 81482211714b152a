using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ttame-evaluate-").FullName;
    private readonly LoadedModel model;
    private readonly EvaluationPlan plan = new() { BatchSize = 4, Resamples = 200 };

    public EvaluatorTests()
    {
        IClassifier classifier = Toys.Cnn();
        AttentionMechanism attention = AttentionMechanism.Create(AttentionVariant.Full, classifier.Taps, classifier.Classes, 7, CPU);
        attention.Freeze();
        model = new(classifier.Card, classifier, attention, new string('b', 64));
        Toys.Pictures(folder, 7);
        File.WriteAllText(Path.Combine(folder, "notes.md"), "no picture");
        File.WriteAllText(Path.Combine(folder, ImageList.LabelsFile), "p00.png 3\np01.png 4\n");
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Run_FolderWithATextFile_RowsPerExplainerMeasureAndShareAndTheFileListed()
    {
        using ImageList images = ImageList.Open(folder);

        EvaluationResult result = Evaluator.Run(model, images, plan);

        Assert.Equal(
            from explainer in new[] { "t-tame", "grad-cam" } from measure in new[] { "ad", "ic" } from share in new[] { 1, 0.5, 0.15 } select (explainer, measure, share),
            result.Rows.Select(row => (row.Explainer, row.Measure, row.Share)));
        Assert.All(result.Rows, row => Assert.True(row.N == 7 && row.Low <= row.Mean && row.Mean <= row.High));
        Assert.Equal(("notes.md", "not_an_image"), (result.Skipped.Single().Image, result.Skipped.Single().Skipped));
        Assert.Equal((1, 2), (result.Passes["t-tame"], result.Passes["grad-cam"]));
        Assert.NotNull(result.Accuracy);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Run_KilledInTheMiddleOfALine_GoesOnToTheSameResult()
    {
        using ImageList images = ImageList.Open(folder);
        string whole = Path.Combine(folder, "..", Path.GetRandomFileName()), broken = whole + ".broken";
        EvaluationResult expected = Evaluator.Run(model, images, plan, whole);
        byte[] bytes = File.ReadAllBytes(whole);
        File.WriteAllBytes(broken, bytes[..(bytes.Length * 2 / 3)]);
        long before = model.Classifier.ForwardPasses;

        EvaluationResult resumed = Evaluator.Run(model, images, plan, broken);

        Assert.Equal(expected.Rows, resumed.Rows);
        Assert.InRange(model.Classifier.ForwardPasses - before, 1, 6 * 8);                          // a picture costs 8: not all were done again
        Assert.Throws<ArgumentException>(() => Evaluator.Run(model, images, plan with { Measures = ["ad"] }, broken));
        File.Delete(whole);
        File.Delete(broken);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Reduce_AnyShards_SameBits()
    {
        using ImageList images = ImageList.Open(folder);
        List<ImageRecord> records = [.. Evaluator.Score(model, images, [0, 1, 2, 3, 4, 5, 6, 7], plan)];
        List<ImageRecord> shuffled = [.. records.OrderBy(record => (record.Index * 5 + record.Explainer.Length) % 7)];

        EvaluationResult together = Evaluator.Reduce("toy", plan, records), apart = Evaluator.Reduce("toy", plan, shuffled);

        Assert.Equal(together.Rows, apart.Rows);
        Assert.Equal(together.Differences, apart.Differences);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Score_OneImageAtATime_EqualsTheBatch()
    {
        using ImageList images = ImageList.Open(folder);
        IReadOnlyList<ImageRecord> batch = Evaluator.Score(model, images, [1, 2, 3], plan);
        IReadOnlyList<ImageRecord> singles = [.. Enumerable.Range(1, 3).SelectMany(i => Evaluator.Score(model, images, [i], plan))];

        foreach (ImageRecord one in singles)
        {
            ImageRecord same = batch.Single(record => record.Index == one.Index && record.Explainer == one.Explainer);
            Assert.Equal(same.Scores.Select(s => (s.Measure, s.Share)), one.Scores.Select(s => (s.Measure, s.Share)));
            Assert.All(same.Scores.Zip(one.Scores), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-4));
        }
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Run_AllMeasures_EveryOneHasItsRows()
    {
        using ImageList images = ImageList.Open(folder);
        EvaluationPlan all = plan with
        {
            Explainers = ["t-tame"],
            Measures = EvaluationMeasures.Names,
            FlowSteps = 3,
            Boxes = new Dictionary<string, IReadOnlyList<Core.Metrics.PixelBox>> { ["p00.png"] = [new(0, 0, 40, 36)], ["p01.png"] = [new(0, 0, 20, 36)] },
        };

        EvaluationResult result = Evaluator.Run(model, images, all);

        Assert.Equal(EvaluationMeasures.Names, result.Rows.Select(row => row.Measure).Distinct());
        Assert.Equal(2, result.Rows.Single(row => row.Measure == "energy-in-box").N);
        Assert.All(result.Records.Where(record => record.Index == 1).SelectMany(r => r.Scores).Where(s => s.Measure == "energy-in-box"), s => Assert.Equal(1, s.Value, 1e-6));
        Assert.Equal(10, result.Rows.Count(row => row.Measure == "road-morf"));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Score_RoadsOtherMeasures_AccuracyIsZeroOrOneAndTheSameCurvesServeAll()
    {
        using ImageList images = ImageList.Open(folder);
        EvaluationPlan road = plan with { Explainers = ["grad-cam"], Measures = ["road-morf", "road-morf-accuracy", "road-morf-removed"], Road = new() { Shares = [new(0.3)] } };
        long before = model.Classifier.ForwardPasses;

        IReadOnlyList<MeasureScore> scores = Evaluator.Score(model, images, [1], road).Single().Scores;

        Assert.Equal(3, model.Classifier.ForwardPasses - before);                                   // the picture, Grad-CAM's own pass, one imputed picture
        Assert.All(scores.Where(s => s.Measure == "road-morf-accuracy"), s => Assert.True(s.Value is 0 or 1));
        Assert.All(scores.Where(s => s.Measure == "road-morf-removed"), s => Assert.Equal(0.3, s.Value, 1e-3));
        Assert.Equal(6, scores.Count);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Read_OneFilePerMethod_IsTheEvaluationOfBoth()
    {
        using ImageList images = ImageList.Open(folder);
        string first = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), second = first + ".2";
        Evaluator.Run(model, images, plan with { Explainers = ["t-tame"] }, first);
        Evaluator.Run(model, images, plan with { Explainers = ["grad-cam"] }, second);

        EvaluationRecords both = EvaluationRecords.Read([first, second]);

        EvaluationResult together = Evaluator.Run(model, images, plan), apart = Evaluator.Reduce(both.Model, plan, both.Records);
        Assert.Equal(together.Rows, apart.Rows);
        Assert.Equal(together.Differences, apart.Differences);
        File.Delete(first);
        File.Delete(second);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Run_AnotherAttentionOrMemoryBudget_RecordsOfGradCamHold()
    {
        using ImageList images = ImageList.Open(folder);
        string records = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        EvaluationPlan gradCam = plan with { Explainers = ["grad-cam"] };
        Evaluator.Run(model, images, gradCam, records);
        long before = model.Classifier.ForwardPasses;
        LoadedModel retrained = new(model.Card, model.Classifier, model.Attention, new string('d', 64));

        Evaluator.Run(retrained, images, gradCam with { Options = new() { Chunks = new(1) } }, records);

        Assert.Equal(before, model.Classifier.ForwardPasses);
        Assert.Throws<ArgumentException>(() => Evaluator.Run(retrained, images, plan with { Explainers = ["t-tame"] }, records));
        File.Delete(records);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Every_ThirdImage_KeepsTheFirstAndItsLabel()
    {
        using ImageList images = ImageList.Every(ImageList.Open(folder), 3);

        Assert.Equal(["notes.md", "p02.png", "p05.png"], images.Entries.Select(entry => entry.Name));
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "p02.png")), images.Read(1, long.MaxValue));
    }

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData("no-such-method")]
    public void Run_UnknownExplainer_ArgumentException(string explainer)
    {
        using ImageList images = ImageList.Open(folder);

        Assert.Throws<ArgumentException>(() => Evaluator.Run(model, images, plan with { Explainers = [explainer] }));
    }

    public void Dispose()
    {
        model.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
