using TTame.Core.Primitives;

namespace TTame.Core.Metrics;

/// <summary>Average Drop: the share of confidence lost when only the explained pixels are kept.</summary>
/// <remarks>AD = 100/N · Σᵢ max(0, pᵢ − oᵢ)/pᵢ. Percent, [0, 100], lower is better. A class with pᵢ = 0 (possible when the caller names it) counts 0.</remarks>
/// <source>T-TAME:Eq. 18</source>
public static class AverageDrop
{
    /// <summary>One image's drop.</summary>
    /// <param name="whole">Confidence of the explained class for the whole image.</param>
    /// <param name="masked">Its confidence for the masked image.</param>
    public static Drop Of(Probability whole, Probability masked)
        => new(Sum: whole.Value > 0 ? Math.Max(0, (double)whole.Value - masked.Value) / whole.Value : 0, Count: 1);
}

/// <summary>Drops, added up: sums travel, the mean is taken once.</summary>
/// <param name="Sum">Σ max(0, pᵢ − oᵢ)/pᵢ.</param>
/// <param name="Count">Images.</param>
public readonly record struct Drop(double Sum, long Count)
{
    /// <summary>Puts two sets of images together.</summary>
    public static Drop operator +(Drop a, Drop b) => new(a.Sum + b.Sum, a.Count + b.Count);

    /// <summary>AD in percent.</summary>
    /// <exception cref="EmptyScoreException">No image was counted.</exception>
    public double Percent => Count > 0 ? 100 * Sum / Count : throw new EmptyScoreException("AD");
}

/// <summary>A mean over no image was asked for.</summary>
/// <param name="measure">Name of the measure.</param>
public sealed class EmptyScoreException(string measure) : InvalidOperationException($"{measure} has no value: no image was scored.")
{
    /// <summary>Name of the measure.</summary>
    public string Measure { get; } = measure;
}
