using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Metrics.Road;

/// <summary>ROAD: confidence in the explained class while more and more pixels are removed and imputed from their neighbours.</summary>
/// <remarks>
/// Per removed share: the most (MoRF) or least (LeRF) relevant pixels are removed, imputed by <see cref="LinearImputation"/>, covered with noise, and the picture is
/// classified again: one pass per share and picture. A share's imputation starts from the share before.
/// </remarks>
/// <source>T-TAME:Eq. 22; T-TAME:Eq. 23; ROAD</source>
public static class RemoveAndImpute
{
    /// <summary>Measures a batch.</summary>
    /// <param name="classifier">Left as it was.</param>
    /// <param name="pass">The pictures' one pass, made before.</param>
    /// <param name="maps">(B, 1, H, W), [0, 1], at the pictures' size.</param>
    /// <param name="labels">(B) int64: the explained class of each picture.</param>
    /// <param name="order">MoRF or LeRF.</param>
    /// <param name="options">Shares, rule, noise and seed.</param>
    /// <returns>One curve per picture.</returns>
    /// <exception cref="ShapeException">Maps and pictures differ in size.</exception>
    public static IReadOnlyList<RoadCurve> Measure(
        IClassifier classifier, ForwardPass pass, ScaledMaps maps, ClassLabels labels, RemovalOrder order, RoadOptions options)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        List<float[]> confidence = [];
        List<bool[]> unchanged = [];
        List<double[]> removed = [];
        Walk(new(pass.Pixels.Values.to(classifier.Device)), maps, order, options, (imputed, share) =>
        {
            Logits logits = classifier.Classify(Preprocessing.Standardise(imputed, classifier.Card.Input));
            confidence.Add(classifier.Card.Confidence.Of(logits, labels).to(float32).cpu().data<float>().ToArray());
            unchanged.Add(classifier.Card.Confidence.Keeps(pass.Logits, logits, labels).cpu().data<bool>().ToArray());
            removed.Add(share.cpu().data<double>().ToArray());
        });
        return [.. Enumerable.Range(0, (int)labels.Values.shape[0]).Select(n => new RoadCurve(
            [.. confidence.Select(ofShare => ofShare[n])], [.. unchanged.Select(ofShare => ofShare[n])], [.. removed.Select(ofShare => ofShare[n])]))];
    }

    /// <summary>The pictures that <see cref="Measure"/> classifies, one batch per share.</summary>
    /// <param name="pixels">(B, 3, H, W), [0, 1].</param>
    /// <param name="maps">(B, 1, H, W), [0, 1].</param>
    /// <param name="order">MoRF or LeRF.</param>
    /// <param name="options">Shares, rule, noise and seed.</param>
    /// <returns>Per share (B, 3, H, W); noise may leave [0, 1]. Disposed by the caller.</returns>
    public static IReadOnlyList<PixelImages> Pictures(PixelImages pixels, ScaledMaps maps, RemovalOrder order, RoadOptions options)
    {
        List<PixelImages> pictures = [];
        Walk(pixels, maps, order, options, (imputed, _) => pictures.Add(new(imputed.Values.MoveToOuterDisposeScope().MoveToOuterDisposeScope())));
        return pictures;
    }

    // Hands out, share by share, the imputed pictures and per picture the share really removed, (B) float64.
    private static void Walk(PixelImages pixels, ScaledMaps maps, RemovalOrder order, RoadOptions options, Action<PixelImages, Tensor> visit)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Tensor pictures = Shape.Require(pixels.Values, "B", "C", "H", "W");
        Shape.Require(maps.Values, pictures.shape[0], 1, pictures.shape[2], pictures.shape[3]);
        using var removal = new Removal(maps with { Values = maps.Values.to(pictures.device) }, order, options.Rule, options.Seed);
        Tensor noise = ImputationNoise.Like(pictures, options.Noise, options.Seed);
        Tensor? before = null;
        foreach (RemovedShare share in options.Shares)
        {
            using var perShare = NewDisposeScope();
            Tensor removed = removal.Removed(share);
            Tensor imputed = LinearImputation.Solve(pictures, removed, before);
            visit(new(options.Noise == 0 ? imputed.clone() : where(removed, imputed + noise, imputed)), removed.flatten(1).to(float64).mean([1]));
            before?.Dispose();
            before = imputed.MoveToOuterDisposeScope();
        }
    }
}
