using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Metrics;

/// <summary>What remains of the confidence when a picture keeps only its explained pixels.</summary>
/// <param name="Whole">Per image: confidence of the explained class for the whole picture.</param>
/// <param name="Masked">Per kept share, per image: its confidence for the masked picture.</param>
/// <source>T-TAME:Eq. 20</source>
public sealed record FaithfulnessScores(IReadOnlyList<float> Whole, IReadOnlyList<IReadOnlyList<float>> Masked);

/// <summary>Measures kept confidence: one more pass through the classifier per kept share.</summary>
/// <source>T-TAME:Eq. 20</source>
public static class Faithfulness
{
    /// <summary>The paper's kept shares: all, half, 15 %.</summary>
    public static IReadOnlyList<KeptShare> DefaultShares { get; } = [new(1), new(0.5), new(0.15)];

    /// <summary>Masks a batch by its maps and classifies it again.</summary>
    /// <param name="classifier">Left as it was.</param>
    /// <param name="pass">The batch's one pass, made before.</param>
    /// <param name="maps">(B, 1, H, W), [0, 1], at the image's size.</param>
    /// <param name="labels">(B) int64: the explained class of each image.</param>
    /// <param name="shares">Kept shares.</param>
    /// <param name="rule">Eq. 13 or Eq. 14.</param>
    public static FaithfulnessScores Measure(
        IClassifier classifier, ForwardPass pass, ScaledMaps maps, ClassLabels labels, IReadOnlyList<KeptShare> shares, MaskingRule rule)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Shape.Require(maps.Values, pass.Pixels.Values.size(0), 1, pass.Pixels.Values.size(2), pass.Pixels.Values.size(3));
        float[] whole = Confidences(classifier, pass.Logits, labels);
        List<IReadOnlyList<float>> masked = [];
        foreach (KeptShare share in shares)
        {
            using var perShare = NewDisposeScope();
            NormalizedImages images = Masked(classifier, pass, KeptPixels.Of(maps, share), rule);
            masked.Add(Confidences(classifier, classifier.Classify(images), labels));
        }
        return new(whole, masked);
    }

    /// <summary>Applies maps to a batch by a masking rule.</summary>
    /// <param name="classifier">Whose input the images are.</param>
    /// <param name="pass">The images.</param>
    /// <param name="maps">(B, 1, H, W), [0, 1].</param>
    /// <param name="rule">Eq. 13 or Eq. 14.</param>
    public static NormalizedImages Masked(IClassifier classifier, ForwardPass pass, Tensor maps, MaskingRule rule)
        => rule == MaskingRule.Vit ? Masking.OnNormalised(pass.Images, maps) : Masking.RawThenNormalise(pass.Pixels, maps, classifier.Card.Input);

    private static float[] Confidences(IClassifier classifier, Logits logits, ClassLabels labels)
        => classifier.Card.Confidence.Of(logits, labels).to(ScalarType.Float32).cpu().data<float>().ToArray();
}
