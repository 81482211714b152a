using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>What weighs a mask of RISE.</summary>
public enum RiseWeight
{
    /// <summary>The confidence of the masked image, by softmax or sigmoid as the model's card says: the RISE paper.</summary>
    Confidence,

    /// <summary>The raw logit: T-TAME's comparison scripts.</summary>
    Logit,
}

/// <summary>Settings of RISE.</summary>
/// <param name="Count">N, the masks: 4,000 for VGG-16 and 8,000 for others in the paper.</param>
/// <param name="Open">p, the probability that a cell is open.</param>
/// <param name="Cells">s, cells along a side.</param>
/// <param name="Seed">Seed of the masks.</param>
/// <param name="Weight">What weighs a mask.</param>
public sealed record RiseOptions(int Count = 8000, float Open = 0.5f, int Cells = 7, ulong Seed = 0, RiseWeight Weight = RiseWeight.Confidence);

/// <summary>RISE: the mean of random masks, each weighted by what the masked image says of the class.</summary>
/// <remarks>S = 1/(N·p) · Σ_i w_i·M_i, at the image's size. The masks multiply the normalised image. N passes.</remarks>
/// <source>RISE</source>
/// <deviation>D17</deviation>
public sealed class Rise(RiseOptions options, ChunkRule chunks) : IExplainer
{
    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new("rise", "RISE", options.Count + 1);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Tensor images = pass.Images.Values;
        (long batch, int height, int width) = (images.shape[0], (int)images.shape[2], (int)images.shape[3]);
        using var masks = new RiseMasks(options.Count, options.Cells, options.Open, height, width, options.Seed, images.device);
        Tensor sum = zeros([batch, height * width], float64, images.device);
        int copies = chunks.CopiesOf(height, width);
        for (int from = 0; from < masks.Count; from += copies)
        {
            using var chunk = NewDisposeScope();
            Tensor some = masks.Take(from, Math.Min(copies, masks.Count - from));
            Tensor flat = some.flatten(1).to(float64);
            for (long n = 0; n < batch; n++)
            {
                Tensor weights = Weights(classifier.Card.Confidence, classifier.Classify(new(some * images.narrow(0, n, 1))), labels.Values.narrow(0, n, 1));
                sum.select(0, n).add_(weights.to(float64).unsqueeze(0).mm(flat).squeeze(0));
            }
        }
        Tensor map = (sum / (options.Count * (double)options.Open)).to(float32).view(batch, 1, height, width);
        return new(ChannelMaps.Finite(Info, map).Values.MoveToOuterDisposeScope());
    }

    private Tensor Weights(ConfidenceKind kind, Logits logits, Tensor label)
        => (options.Weight == RiseWeight.Confidence ? kind.Of(logits) : logits.Values).index_select(1, label).squeeze(1);
}
