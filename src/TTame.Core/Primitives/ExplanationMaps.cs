using static TorchSharp.torch;

namespace TTame.Core.Primitives;

/// <summary>One class's explanation per image, unscaled, at the method's own resolution.</summary>
/// <param name="Values">(B, 1, h, w), any range.</param>
public readonly record struct ExplanationMaps(Tensor Values)
{
    /// <summary>What min-max scaling adds to the range, so that nothing is divided by zero.</summary>
    public const double RangeEpsilon = 1e-10;

    /// <summary>A map whose range is at most this share of its largest absolute value is rounding noise: it counts as constant.</summary>
    public const double ConstantShare = 1e-6;

    /// <summary>Min-max scaling, each map by its own extremes.</summary>
    /// <returns>(B, 1, h, w), [0, 1]; a constant map is all zeros and flagged. NaN stays NaN.</returns>
    /// <remarks>E = (c − min c) / (max c − min c + 1e-10), over the small map, before it is resized.</remarks>
    /// <source>T-TAME:§III-D</source>
    /// <deviation>D12</deviation>
    public ScaledMaps Scaled()
    {
        using var scope = NewDisposeScope();
        Tensor c = Shape.Require(Values, "B", 1, "h", "w");
        Tensor low = c.amin([2, 3], keepdim: true), high = c.amax([2, 3], keepdim: true);      // (B, 1, 1, 1)
        Tensor range = high - low, size = low.abs().maximum(high.abs());
        Tensor constant = range.le(size * ConstantShare);
        Tensor scaled = ((c - low) / (range + RangeEpsilon)).masked_fill(constant, 0);
        return new(scaled.MoveToOuterDisposeScope()) { Degenerate = constant.view(-1).MoveToOuterDisposeScope() };
    }
}
