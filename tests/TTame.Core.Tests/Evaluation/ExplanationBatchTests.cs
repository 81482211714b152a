using TTame.Core.Attention;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Evaluation;

[Trait("Kind", "Unit")]
public sealed class ExplanationBatchTests : IDisposable
{
    private const int MostClasses = 100;
    private const int Side = FakeClassifier.Side;

    private readonly FakeClassifier classifier = new();
    private readonly LoadedModel model;

    public ExplanationBatchTests()
        => model = new(classifier.Card, classifier, AttentionMechanism.Create(AttentionVariant.Full, classifier.Taps, classifier.Classes, seed: 7, CPU), new string('a', 64));

    public void Dispose() => model.Dispose();

    [Fact]
    public void Compute_FaithfulnessOff_CallsTheBackboneOnce()
    {
        Explain(Task(Picture(1), "top:2"), Task(Picture(2), "top:2"));
        Assert.Equal((1, 2L), (classifier.Calls, classifier.ForwardPasses));
    }

    [Fact]
    public void Compute_FaithfulnessOn_CountsFourPassesPerImage()
    {
        var explained = Explain(Task(Picture(1), "top:1", measure: true), Task(Picture(2), "3", measure: true));
        Assert.All(explained, e => Assert.Equal(4, e.ForwardPasses));
        Assert.All(explained, e => Assert.Equal([1, 0.5, 0.15], e.Faithfulness!.Shares.Select(s => s.KeptShare)));
        // It is the predicted class's map that is measured, asked for or not.
        Assert.All(explained, e => Assert.Equal(e.Order[0], e.Faithfulness!.ClassId));
    }

    [Fact]
    public void Compute_ClassAskedForTogetherOrAlone_SameMap()
    {
        var all = Explain(Task(Picture(3), "all"))[0];
        for (int id = 0; id < FakeClassifier.ClassCount; id++)
        {
            var alone = Explain(Task(Picture(3), id.ToString()))[0];
            Assert.Equal([id], alone.Classes);
            AssertClose(all.Map(all.Classes.ToList().IndexOf(id)), alone.Map(0));
        }
    }

    [Fact]
    public void Compute_ScaledMaps_SpanZeroToOne()
    {
        var explained = Explain(Task(Picture(3), "all"))[0];
        for (int row = 0; row < explained.Drawn; row++)
        {
            float[] scaled = explained.ScaledMap(row).ToArray();
            Assert.Equal((0, 1), (scaled.Min(), MathF.Round(scaled.Max(), 5)));
        }
    }

    [Fact]
    public void Fault28_Compute_ConstantPicture_MapIsFlaggedAndScoresAreFinite()
    {
        var flat = new RgbImage(Side, Side, new byte[3 * Side * Side]);
        var explained = Explain(Task(flat, "top:1", measure: true))[0];
        Assert.Equal([true], explained.Degenerate);
        Assert.All(explained.ScaledMap(0).ToArray(), v => Assert.Equal(0, v));
        Assert.All(explained.Faithfulness!.Shares, s => Assert.True(double.IsFinite(s.Drop) && double.IsFinite(s.Confidence)));
    }

    [Fact]
    public void Fault29_Compute_LogitIsNaN_OnlyThatPictureFails()
    {
        var outcomes = ExplanationBatch.Compute(model, [Task(Picture(1), "top:1", measure: true), Task(Broken(), "top:1", measure: true), Task(Picture(2), "top:1", measure: true)], MostClasses);
        Assert.IsType<NonFiniteException>(outcomes[1].Error);
        Assert.NotNull(outcomes[0].Explanation);
        Assert.NotNull(outcomes[2].Explanation);
    }

    [Fact]
    public void Fault30_Compute_OneAsksForAClassThatIsNotThere_OnlyThatOneFails()
    {
        var outcomes = ExplanationBatch.Compute(model, [Task(Picture(1), "9"), Task(Picture(2), "blue")], MostClasses);
        Assert.IsType<ClassSelectionException>(outcomes[0].Error);
        Assert.Equal([2], outcomes[1].Explanation!.Classes);
    }

    [Fact]
    public void Fault33_Compute_BatchAndSinglesAndAnyOrder_SameMaps()
    {
        var tasks = Enumerable.Range(0, 6).Select(i => Task(Picture(i), "top:2", measure: true)).ToArray();
        var batch = Explain(tasks);
        var reversed = Explain([.. tasks.Reverse()]);
        for (int i = 0; i < tasks.Length; i++)
        {
            var single = Explain(tasks[i])[0];
            AssertClose(single.Maps, batch[i].Maps);
            AssertClose(single.Maps, reversed[tasks.Length - 1 - i].Maps);
            Assert.Equal(single.Classes, batch[i].Classes);
            Assert.Equal(single.Faithfulness!.Shares.Select(s => Math.Round(s.Confidence, 4)), batch[i].Faithfulness!.Shares.Select(s => Math.Round(s.Confidence, 4)));
        }
    }

    [Fact]
    public void Fault41_Compute_ManyBatchesOfMixedSizes_NoTensorIsLeftOver()
    {
        Explain(Task(Picture(0), "all", measure: true));
        long before = Live();
        for (int i = 0; i < 200; i++) Explain([.. Enumerable.Range(0, 1 + (i % 5)).Select(n => Task(Picture(i + n), i % 2 == 0 ? "top:2" : "all", measure: i % 3 == 0))]);
        Assert.Equal(before, Live());

        static long Live() => TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
    }

    private IReadOnlyList<PictureExplanation> Explain(params ExplainTask[] tasks)
        => [.. ExplanationBatch.Compute(model, tasks, MostClasses).Select(o => o.Error is null ? o.Explanation! : throw o.Error)];

    private static ExplainTask Task(RgbImage crop, string classes, bool measure = false) => new(crop, ClassSelection.Parse(classes)!, measure);

    private static RgbImage Broken()
    {
        var picture = Picture(0);
        byte[] pixels = [.. picture.Pixels];
        pixels[0] = 255;
        return new(Side, Side, pixels);
    }

    // Never 255, with which a broken picture begins.
    private static RgbImage Picture(int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var pixels = new byte[3 * Side * Side];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Below(255);
        return new(Side, Side, pixels);
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f);
    }
}
