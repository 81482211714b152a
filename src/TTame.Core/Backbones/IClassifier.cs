using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>A frozen backbone seen from outside: images to logits, with its feature taps. In evaluation mode, its weights never require a gradient.</summary>
public interface IClassifier : IDisposable
{
    /// <summary>What the model's card says.</summary>
    ModelCard Card { get; }

    /// <summary>The layers that <see cref="ForwardPass.Features"/> come from, in order.</summary>
    IReadOnlyList<FeatureTap> Taps { get; }

    /// <summary>Number of classes C.</summary>
    int Classes { get; }

    /// <summary>Where the weights are; inputs are brought there.</summary>
    Device Device { get; }

    /// <summary>Network evaluations so far, counted: images times evaluations, those of <see cref="Head"/> included. Backward passes are not counted.</summary>
    long ForwardPasses { get; }

    /// <summary>Layers that <see cref="ForwardTo"/> and <see cref="Head"/> know, from the input to the logits.</summary>
    IReadOnlyList<string> Layers { get; }

    /// <summary>Logits and feature maps of one call, without gradients.</summary>
    /// <param name="images">(B, 3, H, W), [0, 1].</param>
    ForwardPass Forward(PixelImages images);

    /// <summary>Logits only.</summary>
    /// <param name="images">(B, 3, H, W), standardised; where they require a gradient it flows to them.</param>
    /// <returns>(B, C).</returns>
    Logits Classify(NormalizedImages images);

    /// <summary>The activations at a layer, as a leaf that requires a gradient, and the logits computed from them.</summary>
    /// <param name="layer">One of <see cref="Layers"/>, or another name that the network knows it by.</param>
    /// <param name="images">(B, 3, H, W), standardised.</param>
    /// <exception cref="ModelException">The network has no such layer, or can't stop there.</exception>
    LayerPass ForwardTo(string layer, NormalizedImages images);

    /// <summary>Logits from other activations: runs only what lies behind the layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="pass">What <see cref="ForwardTo"/> gave for it; a pass of one image serves any number of activations.</param>
    /// <param name="activations">As <see cref="LayerPass.Activations"/>, with n as batch.</param>
    /// <returns>(n, C); gradients flow to <paramref name="activations"/> where they require one.</returns>
    /// <exception cref="ModelException">The network can't be run from that layer.</exception>
    Logits Head(string layer, LayerPass pass, Tensor activations);
}
