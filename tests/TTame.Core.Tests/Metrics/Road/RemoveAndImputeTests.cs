using System.Text.Json;
using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Metrics;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using TTame.Core.Tests.Explainers;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Metrics.Road;

public class RemoveAndImputeTests
{
    [Fact, Trait("Kind", "Unit")]
    public void Measure_TwoByTwoAQuarterRemoved_ConfidenceIsWorkedByHand()
    {
        using var scope = NewDisposeScope();
        using HandClassifier classifier = new(HandClassifier.MeanAsConfidence);
        Tensor image = tensor(new[] { 0f, 0.2f, 0.6f, 1f }, [1, 1, 2, 2]).expand(1, 3, 2, 2).contiguous();
        using ForwardPass pass = classifier.Forward(new(image));
        ScaledMaps map = new(tensor(new[] { 1f, 0.5f, 0.2f, 0f }, [1, 1, 2, 2]));
        RoadOptions options = new() { Shares = [new(0.25)], Noise = 0 };
        RoadCurve morf = RemoveAndImpute.Measure(classifier, pass, map, new(zeros([1], int64)), RemovalOrder.MostRelevantFirst, options)[0];
        RoadCurve lerf = RemoveAndImpute.Measure(classifier, pass, map, new(zeros([1], int64)), RemovalOrder.LeastRelevantFirst, options)[0];
        Assert.Equal((0.52 + 0.2 + 0.6 + 1) / 4, morf.Confidence[0], 1e-5);        // the first pixel: (2·0.2 + 2·0.6 + 1)/5
        Assert.Equal((0 + 0.2 + 0.6 + 0.32) / 4, lerf.Confidence[0], 1e-5);        // the last: (2·0.2 + 2·0.6 + 0)/5
        Assert.Equal([true], morf.Unchanged);
        Assert.Equal([false], lerf.Unchanged);
        Assert.Equal([0.25], lerf.Removed);
        Assert.Equal(58, morf.Percent, 1e-3);
    }

    [Fact, Trait("Kind", "Property")]
    public void Measure_BatchOfThree_EqualsThreeSingles()
    {
        using var scope = NewDisposeScope();
        using IClassifier classifier = SmallModels.Cnn();
        PixelImages images = SmallModels.Images(3, 32);
        Tensor maps = images.Values.mean([1], keepdim: true);
        RoadOptions options = new() { Seed = 11 };
        IReadOnlyList<RoadCurve> Curves(long from, long count)
        {
            ForwardPass pass = classifier.Forward(new(images.Values.narrow(0, from, count)));
            return RemoveAndImpute.Measure(classifier, pass, new(maps.narrow(0, from, count)), new(pass.Logits.Values.argmax(1)), RemovalOrder.MostRelevantFirst, options);
        }
        IReadOnlyList<RoadCurve> batch = Curves(0, 3);
        for (int n = 0; n < 3; n++)
        {
            RoadCurve single = Curves(n, 1)[0];
            Assert.Equal(9, single.Confidence.Count);
            for (int share = 0; share < 9; share++) Assert.Equal(single.Confidence[share], batch[n].Confidence[share], 1e-4f);
            Assert.Equal(single.Removed, batch[n].Removed);
        }
    }

    [Fact, Trait("Kind", "Property")]
    public void Pictures_NextShare_KeepsEveryKeptPixelBitForBit()
    {
        using var scope = NewDisposeScope();
        PixelImages images = SmallModels.Images(2, 32);
        ScaledMaps maps = new(images.Values.mean([1], keepdim: true));
        IReadOnlyList<PixelImages> pictures = RemoveAndImpute.Pictures(images, maps, RemovalOrder.LeastRelevantFirst, new() { Shares = [new(0.2), new(0.6)] });
        using Removal removal = new(maps, RemovalOrder.LeastRelevantFirst, RemovalRule.Rank, 0);
        foreach ((PixelImages picture, double share) in pictures.Zip([0.2, 0.6]))
        {
            Tensor removed = removal.Removed(new(share)), changed = picture.Values != images.Values;
            Assert.False(changed.logical_and(removed.logical_not()).any().item<bool>());
            Assert.True((picture.Values - LinearImputation.Solve(images.Values, removed)).abs().max().item<float>() < 0.06f);   // the noise: 0.01, six deviations
        }
    }

    [Fact, Trait("Kind", "Unit")]
    public void Measure_ThresholdOnAMapOfManyZeros_ReportsWhatWasReallyRemoved()
    {
        using var scope = NewDisposeScope();
        using HandClassifier classifier = new(HandClassifier.MeanAsConfidence);
        using ForwardPass pass = classifier.Forward(new(ones([1, 3, 2, 2]) * 0.5f));
        ScaledMaps map = new(tensor(new[] { 1f, 0f, 0f, 0f }, [1, 1, 2, 2]));
        RoadOptions options = new() { Shares = [new(0.5)], Rule = RemovalRule.Threshold };
        Assert.Equal([1.0], RemoveAndImpute.Measure(classifier, pass, map, new(zeros([1], int64)), RemovalOrder.MostRelevantFirst, options)[0].Removed);
        Assert.Equal([0.5], RemoveAndImpute.Measure(classifier, pass, map, new(zeros([1], int64)), RemovalOrder.MostRelevantFirst, options with { Rule = RemovalRule.Rank })[0].Removed);
    }

    [Fact, Trait("Kind", "Unit")]
    public void RoadScore_TwoPictures_MeansAreTakenOnce()
    {
        RoadScore score = RoadScore.Of(new([0.2f, 0.1f], [true, false], [0.1, 0.5])) + RoadScore.Of(new([0.6f, 0.3f], [true, true], [0.1, 0.7]));
        Assert.Equal([40, 20], score.PercentPerShare.Select(percent => Math.Round(percent, 4)));
        Assert.Equal(30, score.Percent, 1e-4);
        Assert.Equal([100.0, 50], score.AccuracyPerShare);
        Assert.Equal(0.6, score.RemovedPerShare[1], 1e-9);
        Assert.Throws<EmptyScoreException>(() => (score with { Count = 0 }).Percent);
    }

    [Fact, Trait("Kind", "Oracle")]
    public void OfficialAverage_GoldenValues_ForgetsTheFirst()
    {
        using var formulas = JsonDocument.Parse(File.ReadAllText(Path.Combine(Ground.Golden, "units", "formulas.json")));
        JsonElement golden = formulas.RootElement.GetProperty("official_average_meter");
        OfficialAverage average = new();
        foreach ((JsonElement value, JsonElement after) in golden.GetProperty("values").EnumerateArray().Zip(golden.GetProperty("after_each").EnumerateArray()))
        {
            average.Add(value.GetDouble());
            Assert.Equal(after.GetDouble(), average.Value, 1e-12);
        }
    }
}
