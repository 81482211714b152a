using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>Grad-CAM: the channels of a late layer, weighted by the mean gradient of the class's logit.</summary>
/// <remarks>weight_k = mean over the positions of d logit_y/dA_k; map = relu(Σ_k weight_k·A_k).</remarks>
/// <param name="layer">The target layer A.</param>
/// <source>Grad-CAM:Eq. 1</source>
public sealed class GradCam(string layer) : IExplainer
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "grad-cam";

    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new(Name, "Grad-CAM", ForwardPasses: 2, MapScaling.BeforeAndAfterResizing);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        using var scope = NewDisposeScope();
        using LayerPass at = classifier.ForwardTo(layer, pass.Images);
        Tensor gradient = LayerPass.Grid(ChannelMaps.Gradient(at, labels));
        using var frozen = no_grad();
        ExplanationMaps map = ChannelMaps.Map(Info, LayerPass.Grid(at.Activations), Weights(gradient));
        return new(map.Values.MoveToOuterDisposeScope());
    }

    /// <summary>(B, K) from gradients (B, K, h, w).</summary>
    internal static Tensor Weights(Tensor gradient) => gradient.mean([2, 3]);
}
