using static TorchSharp.torch;

namespace TTame.Core.Primitives;

/// <summary>What a backbone's feature taps gave, one grid per tap; for a vision transformer, after the feature map adapter.</summary>
/// <param name="Values">Per tap (B, K, h, w) float32; K, h and w differ from tap to tap.</param>
public readonly record struct FeatureMaps(IReadOnlyList<Tensor> Values);
