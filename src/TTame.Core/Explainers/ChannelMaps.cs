using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>What the methods of the CAM family share: gradients of the class, and the weighted sum over channels.</summary>
internal static class ChannelMaps
{
    /// <summary>d logit_y / dA for every image's own label y, in the shape of the activations A.</summary>
    public static Tensor Gradient(LayerPass pass, ClassLabels labels)
    {
        using var scope = NewDisposeScope();
        Tensor chosen = OfLabels(pass.Logits, labels).sum();
        Tensor gradient = autograd.grad([chosen], [pass.Activations], allow_unused: true)[0];
        return (gradient.IsInvalid ? zeros_like(pass.Activations) : gradient).MoveToOuterDisposeScope();
    }

    /// <summary>logit_y: (B).</summary>
    public static Tensor OfLabels(Logits logits, ClassLabels labels) => logits.Values.gather(1, labels.Values.view(-1, 1)).squeeze(1);

    /// <summary>relu(Σ_k weight_k · A_k).</summary>
    /// <param name="method">Whose map it is, for the message of an error.</param>
    /// <param name="grid">(B, K, h, w).</param>
    /// <param name="weights">(B, k), k ≤ K: the channels from the first on.</param>
    public static ExplanationMaps Map(ExplainerInfo method, Tensor grid, Tensor weights)
        => Finite(method, WeightedSum(grid, weights).relu());

    /// <summary>Σ_k weight_k · A_k, (B, 1, h, w), before the relu.</summary>
    public static Tensor WeightedSum(Tensor grid, Tensor weights)
        => (grid.narrow(1, 0, weights.shape[1]) * weights.unsqueeze(2).unsqueeze(3)).sum(1, keepdim: true);

    /// <summary>The map, if every number of it is finite.</summary>
    /// <exception cref="ImageContentException">Code <c>numeric</c>.</exception>
    public static ExplanationMaps Finite(ExplainerInfo method, Tensor map)
    {
        using Tensor finite = map.isfinite(), all = finite.all();
        return all.item<bool>()
            ? new(map)
            : throw new ImageContentException("numeric", $"{method.Name} gave a map with NaN or infinity: some logit or gradient overflowed. Run the classifier in float32.");
    }
}
