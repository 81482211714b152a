using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Explainers;

/// <summary>Score-CAM: each channel, laid over the image as a mask, is weighted by the logit that the masked image gets.</summary>
/// <remarks>
/// M_k = A_k, bilinear to the image's size (align_corners true), min-max scaled with 1e-8; s_k = logit_y(M_k · normalised image); weight = softmax of s over
/// the channels; map = relu(Σ_k weight_k·A_k). Passes: one per channel, and one for A.
/// </remarks>
/// <source>Score-CAM</source>
public sealed class ScoreCam(string layer, ChunkRule chunks, int? channels = null) : IExplainer
{
    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new("score-cam", "Score-CAM", ForwardPasses: null, MapScaling.BeforeAndAfterResizing);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        using LayerPass at = classifier.ForwardTo(layer, pass.Images);
        Tensor grid = LayerPass.Grid(at.Activations).detach();
        Tensor weights = Scores(classifier, pass.Images, labels, grid).softmax(1);
        return new(ChannelMaps.Map(Info, grid, weights).Values.MoveToOuterDisposeScope());
    }

    private Tensor Scores(IClassifier classifier, NormalizedImages images, ClassLabels labels, Tensor grid)
    {
        long count = Math.Min(grid.shape[1], channels ?? long.MaxValue), height = images.Values.shape[2], width = images.Values.shape[3];
        int copies = chunks.CopiesOf(height, width);
        List<Tensor> scores = [];
        for (long n = 0; n < grid.shape[0]; n++)
        {
            Tensor image = images.Values.narrow(0, n, 1);
            for (long from = 0; from < count; from += copies)
            {
                using var scope = NewDisposeScope();
                long taken = Math.Min(copies, count - from);
                Tensor masks = Masks(grid.narrow(0, n, 1).narrow(1, from, taken), height, width).transpose(0, 1);
                Logits logits = classifier.Classify(new(masks * image));
                scores.Add(logits.Values.index_select(1, labels.Values.narrow(0, n, 1)).view(-1).MoveToOuterDisposeScope());
            }
        }
        return cat(scores, 0).view(-1, count);
    }

    /// <summary>Channels (1, k, h, w) as masks (1, k, H, W) in [0, 1]; a constant channel becomes 0.</summary>
    internal static Tensor Masks(Tensor channels, long height, long width)
    {
        Tensor large = F.interpolate(channels, [height, width], mode: InterpolationMode.Bilinear, align_corners: true);
        Tensor least = large.amin([2, 3], keepdim: true), most = large.amax([2, 3], keepdim: true);
        return (large - least) / (most - least + 1e-8f);
    }
}
