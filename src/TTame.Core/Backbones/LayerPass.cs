using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>A backbone call that stopped at a layer on its way: the layer's activations, and the logits computed from them.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Activations">The layer's output as a leaf that requires a gradient: (B, K, h, w), or tokens (B, 1+T, D).</param>
/// <param name="Logits">(B, C), with a gradient path back to <paramref name="Activations"/>.</param>
/// <param name="Beside">What else reaches the part behind the layer (a residual stream); its first axis is the batch. Null where nothing does.</param>
/// <remarks>Take gradients with <c>torch.autograd.grad([score], [Activations], allow_unused: true)</c>.
/// Its tensors belong to the caller's dispose scope, and <see cref="Dispose"/> frees them earlier.</remarks>
public sealed record LayerPass(string Layer, Tensor Activations, Logits Logits, Tensor? Beside = null) : IDisposable
{
    /// <summary>Anything shaped like the activations (they, their gradient) as grids: a transformer's tokens lose the class token.</summary>
    /// <param name="layerShaped">(n, K, h, w), or (n, 1+T, D).</param>
    /// <returns>(n, K, h, w).</returns>
    public static Tensor Grid(Tensor layerShaped) => layerShaped.ndim == 3 ? FeatureMapAdapter.ToGrid(layerShaped, ClassTokenUse.Exclude) : layerShaped;

    /// <inheritdoc/>
    public void Dispose()
    {
        Activations.Dispose();
        Logits.Values.Dispose();
        Beside?.Dispose();
    }
}
