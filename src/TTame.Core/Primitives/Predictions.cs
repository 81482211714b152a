using static TorchSharp.torch;

namespace TTame.Core.Primitives;

/// <summary>A classifier's output before softmax or sigmoid.</summary>
/// <param name="Values">(B, C) float32.</param>
public readonly record struct Logits(Tensor Values);

/// <summary>One probability.</summary>
/// <param name="Value">[0, 1].</param>
public readonly record struct Probability(float Value);

/// <summary>One class per image.</summary>
/// <param name="Values">(B) int64, [0, C).</param>
public readonly record struct ClassLabels(Tensor Values);
