using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>Grad-CAM++: channels weighted by their positive gradients, each position of a channel by how much of the channel's evidence it holds.</summary>
/// <remarks>
/// With g = d logit_y/dA: α = g² / (2·g² + (Σ A)·g³ + 1e-6), 0 where g = 0; weight_k = Σ relu(g)·α over the positions; map = relu(Σ_k weight_k·A_k).
/// The sum over A is one channel's; all sums run over positions.
/// </remarks>
/// <param name="layer">The target layer A.</param>
/// <source>Grad-CAM++</source>
public sealed class GradCamPlusPlus(string layer) : IExplainer
{
    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new("grad-cam++", "Grad-CAM++", ForwardPasses: 2, MapScaling.BeforeAndAfterResizing);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        using var scope = NewDisposeScope();
        using LayerPass at = classifier.ForwardTo(layer, pass.Images);
        Tensor gradient = LayerPass.Grid(ChannelMaps.Gradient(at, labels));
        using var grad = no_grad();
        Tensor grid = LayerPass.Grid(at.Activations);
        var map = ChannelMaps.Map(Info, grid, Weights(grid, gradient));
        return new(map.Values.MoveToOuterDisposeScope());
    }

    /// <summary>(B, K) from activations and gradients, both (B, K, h, w).</summary>
    internal static Tensor Weights(Tensor activations, Tensor gradient)
    {
        Tensor square = gradient * gradient, cube = square * gradient;
        Tensor sum = activations.sum([2, 3], keepdim: true, type: float64).to(activations.dtype);
        Tensor share = square / (2f * square + sum * cube + 1e-6f);
        Tensor alpha = where(gradient != 0f, share, zeros_like(share));
        return (gradient.relu() * alpha).sum([2, 3]);
    }
}
