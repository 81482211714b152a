using TTame.Core.Primitives;

namespace TTame.Core.Metrics;

/// <summary>Increase in Confidence: how often the classifier is surer when only the explained pixels are kept.</summary>
/// <remarks>IC = 100/N · Σᵢ [oᵢ &gt; pᵢ]. Percent, [0, 100], higher is better.</remarks>
/// <source>T-TAME:Eq. 19</source>
public static class IncreaseInConfidence
{
    /// <summary>One image's increase.</summary>
    /// <param name="whole">Confidence of the explained class for the whole image.</param>
    /// <param name="masked">Its confidence for the masked image.</param>
    public static Increase Of(Probability whole, Probability masked) => new(Sum: masked.Value > whole.Value ? 1 : 0, Count: 1);
}

/// <summary>Increases, added up.</summary>
/// <param name="Sum">Images whose confidence rose.</param>
/// <param name="Count">Images.</param>
public readonly record struct Increase(long Sum, long Count)
{
    /// <summary>Puts two sets of images together.</summary>
    public static Increase operator +(Increase a, Increase b) => new(a.Sum + b.Sum, a.Count + b.Count);

    /// <summary>IC in percent.</summary>
    /// <exception cref="EmptyScoreException">No image was counted.</exception>
    public double Percent => Count > 0 ? 100.0 * Sum / Count : throw new EmptyScoreException("IC");
}
