using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>Ablation-CAM: each channel is weighted by the share of the logit that is lost without it.</summary>
/// <remarks>
/// weight_k = (logit_y − logit_y with channel k replaced) / logit_y; map = relu(Σ_k weight_k·A_k). Only what lies behind the layer is run again, once per channel.
/// A channel is replaced by 0 where the image's least activation is 0, as after a ReLU. Elsewhere the reference goes below the least value by 1e7, and since it edits
/// eight copies one after the other and looks for the least value anew each time, channel k gets about −(1 + k mod 8)·1e7: that is kept, whatever the chunk.
/// </remarks>
/// <source>Ablation-CAM</source>
/// <deviation>D20</deviation>
public sealed class AblationCam(string layer, ChunkRule chunks, int? channels = null) : IExplainer
{
    private const int ReferenceBatch = 8;

    private const float Below = 1e7f;

    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new("ablation-cam", "Ablation-CAM", ForwardPasses: null, MapScaling.BeforeAndAfterResizing);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        List<Tensor> maps = [];
        for (long n = 0; n < labels.Values.shape[0]; n++)
        {
            using LayerPass at = classifier.ForwardTo(layer, new(pass.Images.Values.narrow(0, n, 1)));
            Tensor grid = LayerPass.Grid(at.Activations.detach());
            maps.Add(ChannelMaps.Map(Info, grid, Weights(classifier, at, labels.Values.narrow(0, n, 1), pass.Images.Values.shape)).Values);
        }
        return new(cat(maps, 0).MoveToOuterDisposeScope());
    }

    /// <summary>(1, k): the share of the logit lost without each channel; 0 where the whole logit is 0.</summary>
    internal Tensor Weights(IClassifier classifier, LayerPass at, Tensor label, long[] imageShape)
    {
        Tensor activations = at.Activations.detach();
        int axis = activations.ndim == 4 ? 1 : 2;                  // of the channels: grids (1, K, h, w), tokens (1, T, K)
        long count = Math.Min(activations.shape[axis], channels ?? long.MaxValue);
        int copies = chunks.CopiesOf(imageShape[2], imageShape[3]);
        float[] replacements = Replacements(activations.min().item<float>());
        List<Tensor> logits = [];
        for (long from = 0; from < count; from += copies)
        {
            using var scope = NewDisposeScope();
            Tensor edited = Edited(activations, axis, from, Math.Min(copies, count - from), replacements);
            logits.Add(classifier.Head(layer, at, edited).Values.index_select(1, label).MoveToOuterDisposeScope());
        }
        Tensor without = cat(logits, 0).view(1, -1), whole = at.Logits.Values.index_select(1, label);
        return where(whole != 0f, (whole - without) / whole, zeros_like(without));
    }

    private static Tensor Edited(Tensor one, int axis, long from, long taken, float[] replacements)
    {
        long[] shape = one.shape;
        shape[0] = taken;
        Tensor copies = one.expand(shape).clone();
        for (long k = 0; k < taken; k++) copies.select(0, k).select(axis - 1, from + k).fill_(replacements[(from + k) % ReferenceBatch]);
        return copies;
    }

    /// <summary>What the reference writes into copy 0 to 7 of a batch whose least activation is <paramref name="least"/>.</summary>
    internal static float[] Replacements(float least)
    {
        var values = new float[ReferenceBatch];
        for (int i = 0; i < ReferenceBatch; i++)
        {
            values[i] = least == 0 ? 0 : least - Below;
            least = Math.Min(least, values[i]);
        }
        return values;
    }
}
