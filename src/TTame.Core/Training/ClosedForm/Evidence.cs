using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Training.ClosedForm;

/// <summary>The two sums of normal equations that closed-form starts are solved from.</summary>
/// <param name="Pooled">Logits of whole photographs against their pooled features.</param>
/// <param name="Masked">Logits of masked photographs against features pooled under the masks, each less its mean over the photograph's masks.</param>
public sealed record Evidence(EvidenceSums Pooled, EvidenceSums Masked) : IDisposable
{
    /// <summary>Nothing summed yet.</summary>
    /// <param name="classifier">Whose taps and classes they are of.</param>
    public static Evidence Empty(IClassifier classifier)
    {
        long features = classifier.Taps.Sum(tap => (long)tap.Channels);
        return new(EvidenceSums.Empty(features, classifier.Classes), EvidenceSums.Empty(features, classifier.Classes));
    }

    /// <summary>Adds a shard's; exact.</summary>
    /// <param name="other">Not changed.</param>
    public void Add(Evidence other)
    {
        Pooled.Add(other.Pooled);
        Masked.Add(other.Masked);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pooled.Dispose();
        Masked.Dispose();
    }
}

/// <summary>Reads photographs into rows of the two regressions.</summary>
/// <remarks>A photograph's rows depend on nothing but the photograph, its place in the list and the seed: it is classified alone, and its masked copies as one batch.</remarks>
internal sealed class EvidenceReader(IClassifier classifier, TapSample sample, ClosedFormOptions options, MaskingRule masking, ulong seed, PassCache? passes = null) : IDisposable
{
    private readonly Tensor scale = cat([.. sample.Deviation], 0).to(ScalarType.Float64);
    private TapPooling? pooling;

    /// <summary>Classifies a photograph and, where masked evidence is wanted, its masked copies.</summary>
    /// <param name="pixels">(1, 3, H, W), [0, 1].</param>
    /// <param name="image">Its place in the list.</param>
    /// <param name="withMasks">Whether masked evidence is wanted.</param>
    public EvidenceRows Read(PixelImages pixels, int image, bool withMasks)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using ForwardPass pass = classifier.Forward(pixels);
        passes?.Keep(image, pass);
        int h = (int)pixels.Values.size(2), w = (int)pixels.Values.size(3);
        if (!withMasks) return Rows(pass.Features, pass.Logits.Values, null, null).MoveOut();
        Tensor masks = options.Masks.Draw(seed, image, h, w), on = masks.to(classifier.Device);
        NormalizedImages masked = masking == MaskingRule.Vit
            ? new(on * pass.Images.Values)
            : Preprocessing.Standardise(new(on * pass.Pixels.Values.to(classifier.Device)), classifier.Card.Input);
        return Rows(pass.Features, pass.Logits.Values, masks, classifier.Classify(masked).Values).MoveOut();
    }

    /// <summary>The rows of a photograph that has been classified.</summary>
    /// <param name="features">Per tap (1, K, h, w).</param>
    /// <param name="logits">(1, C).</param>
    /// <param name="masks">(m, 1, H, W), or null.</param>
    /// <param name="maskedLogits">(m, C), or null.</param>
    internal EvidenceRows Rows(FeatureMaps features, Tensor logits, Tensor? masks, Tensor? maskedLogits)
    {
        Tensor[] branches = [.. sample.Branches([.. features.Values.Select(tap => tap.to(ScalarType.Float32).cpu())], options.Shift)];
        pooling ??= new([.. branches.Select(branch => (branch.size(2), branch.size(3)))]);
        Tensor whole = ones([1, 1, masks?.size(2) ?? 1, masks?.size(3) ?? 1]);
        Tensor pooled = pooling.Pool(branches, masks is null ? whole : cat([whole, masks], 0)) / scale.unsqueeze(0);           // (1 + m, ΣK)
        Tensor own = logits.cpu().to(ScalarType.Float64);
        if (maskedLogits is null) return new(pooled, own, null, null);
        Tensor under = pooled.narrow(0, 1, pooled.size(0) - 1), answers = maskedLogits.cpu().to(ScalarType.Float64);
        return new(pooled.narrow(0, 0, 1), own, under - under.mean([0], keepdim: true), answers - answers.mean([0], keepdim: true));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        scale.Dispose();
        pooling?.Dispose();
    }
}

/// <summary>One photograph's rows, float64 on the host.</summary>
/// <param name="Features">(1, ΣK).</param>
/// <param name="Logits">(1, C).</param>
/// <param name="MaskedFeatures">(m, ΣK), less their mean; null without masks.</param>
/// <param name="MaskedLogits">(m, C), less their mean; null without masks.</param>
internal sealed record EvidenceRows(Tensor Features, Tensor Logits, Tensor? MaskedFeatures, Tensor? MaskedLogits)
{
    /// <summary>Whether every number is finite.</summary>
    public bool IsFinite => new[] { Features, Logits, MaskedFeatures, MaskedLogits }.All(tensor => tensor is null || tensor.isfinite().all().item<bool>());

    /// <summary>Hands the tensors to the enclosing dispose scope.</summary>
    public EvidenceRows MoveOut()
    {
        foreach (Tensor? tensor in new[] { Features, Logits, MaskedFeatures, MaskedLogits }) tensor?.MoveToOuterDisposeScope();
        return this;
    }
}
