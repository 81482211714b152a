using static TorchSharp.torch;

namespace TTame.Core.Primitives;

/// <summary>Images as pixels: not standardised, ready to be shown or masked before normalisation.</summary>
/// <param name="Values">(B, 3, H, W) float32, [0, 1].</param>
public readonly record struct PixelImages(Tensor Values);

/// <summary>Images as a classifier takes them: per channel, the mean subtracted and divided by the standard deviation.</summary>
/// <param name="Values">(B, 3, H, W) float32, standardised.</param>
public readonly record struct NormalizedImages(Tensor Values);
