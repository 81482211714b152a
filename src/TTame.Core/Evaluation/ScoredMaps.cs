using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Metrics;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;

namespace TTame.Core.Evaluation;

/// <summary>One explainer's maps of one batch, and all that measures need to judge them. Masked passes that several measures need are made once.</summary>
/// <param name="Classifier">Left as it was.</param>
/// <param name="Pass">The batch's one pass.</param>
/// <param name="Maps">(B, 1, H, W), [0, 1], at the image's size.</param>
/// <param name="Labels">(B) int64: model-truth labels.</param>
/// <param name="Boxes">Per image: boxes in the pixels of the map; null where none are known.</param>
/// <param name="Plan">Shares, masking, seeds.</param>
internal sealed record ScoredMaps(
    IClassifier Classifier, ForwardPass Pass, ScaledMaps Maps, ClassLabels Labels, IReadOnlyList<IReadOnlyList<PixelBox>?> Boxes, EvaluationPlan Plan)
{
    private readonly Dictionary<RemovalOrder, IReadOnlyList<RoadCurve>> curves = [];
    private FaithfulnessScores? kept;

    /// <summary>A measure of the confidence that is left at each kept share.</summary>
    public IEnumerable<BatchScore> Kept(Func<Probability, Probability, double> of)
    {
        kept ??= Faithfulness.Measure(Classifier, Pass, Maps, Labels, Plan.KeptShares, Plan.Masking ?? Classifier.Card.Kind.Masking());
        return Plan.KeptShares.Select((share, s) => new BatchScore(
            share.Value, [.. kept.Whole.Select((whole, image) => (double?)of(new(whole), new(kept.Masked[s][image])))]));
    }

    /// <summary>ROAD's confidence at each removed share; under share 1 the mean over all shares, which is the score.</summary>
    public IEnumerable<BatchScore> Road(RemovalOrder order) => OfCurves(order, curve => [.. curve.Confidence.Select(value => (double)value)]);

    /// <summary>The authors' variant of ROAD: whether the explained class is still the arg-max.</summary>
    public IEnumerable<BatchScore> RoadAccuracy(RemovalOrder order) => OfCurves(order, curve => [.. curve.Unchanged.Select(same => same ? 1.0 : 0.0)]);

    /// <summary>The share of the pixels that was really removed at each asked share.</summary>
    public IEnumerable<BatchScore> Removed(RemovalOrder order) => OfCurves(order, curve => curve.Removed);

    private IEnumerable<BatchScore> OfCurves(RemovalOrder order, Func<RoadCurve, IReadOnlyList<double>> of)
    {
        if (!curves.TryGetValue(order, out var measured)) curves[order] = measured = RemoveAndImpute.Measure(Classifier, Pass, Maps, Labels, order, Plan.Road);
        IReadOnlyList<double>[] values = [.. measured.Select(of)];
        IEnumerable<BatchScore> perShare = Plan.Road.Shares.Select((share, s) => new BatchScore(share.Value, [.. values.Select(image => (double?)image[s])]));
        return perShare.Where(score => score.Share < 1).Append(new(1, [.. values.Select(image => (double?)image.Average())]));
    }

    /// <summary>Area under the curve of deletion or insertion.</summary>
    public IEnumerable<BatchScore> Flow(FlowDirection direction)
        => [new(1, [.. PixelFlow.Measure(Classifier, Pass, Maps, Labels, direction, Plan.FlowSteps, Plan.Seed).Select(area => (double?)area)])];

    /// <summary>The share of the map inside the boxes.</summary>
    public IEnumerable<BatchScore> InBoxes()
    {
        var shares = new double?[Boxes.Count];
        for (int image = 0; image < shares.Length; image++)
        {
            if (Boxes[image] is not { Count: > 0 } boxes) continue;
            using var map = Maps.Values.narrow(0, image, 1);
            shares[image] = EnergyInBox.Of(map, boxes);
        }
        return [new(1, shares)];
    }
}
