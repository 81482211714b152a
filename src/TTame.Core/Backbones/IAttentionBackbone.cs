using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>A vision transformer whose weights and attention are open to the methods that need them.</summary>
public interface IAttentionBackbone : IClassifier
{
    /// <summary>All weights under torchvision's keys; not to be changed or disposed.</summary>
    IReadOnlyDictionary<string, Tensor> Weights { get; }

    /// <summary>Attention heads per block.</summary>
    int Heads { get; }

    /// <summary>Encoder blocks.</summary>
    int Blocks { get; }

    /// <summary>Side of a patch in pixels.</summary>
    int Patch { get; }

    /// <summary>Logits, with every block's attention handed out and taken back. Gradients are recorded where something requires one.</summary>
    /// <param name="images">(B, 3, H, W), standardised.</param>
    /// <param name="attention">Given a block (from 0) and its attention after the softmax (B, heads, 1+T, 1+T), returns what the block uses instead.</param>
    /// <returns>(B, C).</returns>
    Logits ClassifyThrough(NormalizedImages images, Func<int, Tensor, Tensor> attention);
}
