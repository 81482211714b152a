using static TorchSharp.torch;

namespace TTame.Core.Primitives;

/// <summary>The attention mechanism's output before the sigmoid, one map per class asked for.</summary>
/// <param name="Values">(B, k, h, w) float32.</param>
public readonly record struct AttentionLogits(Tensor Values)
{
    /// <summary>The maps after the sigmoid, as training masks with them.</summary>
    /// <returns>(B, k, h, w), [0, 1].</returns>
    public AttentionMaps Activated() => new(Values.sigmoid());

    /// <summary>The map at place <paramref name="row"/> of every image, as an explanation.</summary>
    /// <param name="row">[0, k).</param>
    /// <returns>(B, 1, h, w), a view.</returns>
    public ExplanationMaps Row(int row) => new(Values.narrow(1, row, 1));
}

/// <summary>The attention mechanism's output after the sigmoid, one map per class.</summary>
/// <param name="Values">(B, k, h, w) float32, [0, 1].</param>
public readonly record struct AttentionMaps(Tensor Values);
