using TTame.Core.Primitives;

namespace TTame.Core.Metrics;

/// <summary>Average Gain: the share of the missing confidence that is won when only the explained pixels are kept.</summary>
/// <remarks>AG = 100/N · Σᵢ max(0, oᵢ − pᵢ)/(1 − pᵢ). Percent, [0, 100], higher is better; the counterpart of <see cref="AverageDrop"/>. A picture with pᵢ = 1 counts 0.</remarks>
/// <source>Opti-CAM</source>
public static class AverageGain
{
    /// <summary>One image's gain.</summary>
    /// <param name="whole">Confidence of the explained class for the whole image.</param>
    /// <param name="masked">Its confidence for the masked image.</param>
    public static Gain Of(Probability whole, Probability masked)
        => new(Sum: whole.Value < 1 ? Math.Max(0, (double)masked.Value - whole.Value) / (1 - (double)whole.Value) : 0, Count: 1);
}

/// <summary>Gains, added up: sums travel, the mean is taken once.</summary>
/// <param name="Sum">Σ max(0, oᵢ − pᵢ)/(1 − pᵢ).</param>
/// <param name="Count">Images.</param>
public readonly record struct Gain(double Sum, long Count)
{
    /// <summary>Puts two sets of images together.</summary>
    public static Gain operator +(Gain a, Gain b) => new(a.Sum + b.Sum, a.Count + b.Count);

    /// <summary>AG in percent.</summary>
    /// <exception cref="EmptyScoreException">No image was counted.</exception>
    public double Percent => Count > 0 ? 100 * Sum / Count : throw new EmptyScoreException("AG");
}
