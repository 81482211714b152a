using TTame.Core.Primitives;

namespace TTame.Core.Metrics.Road;

/// <summary>What one picture's classification does while its pixels are removed and imputed.</summary>
/// <param name="Confidence">Per share: confidence of the explained class, [0, 1].</param>
/// <param name="Unchanged">Per share: whether the explained class is still the arg-max.</param>
/// <param name="Removed">Per share: the share of the pixels that was really removed.</param>
public sealed record RoadCurve(IReadOnlyList<float> Confidence, IReadOnlyList<bool> Unchanged, IReadOnlyList<double> Removed)
{
    /// <summary>The picture's score: its mean confidence over all shares, in percent.</summary>
    public double Percent => 100 * Confidence.Average(confidence => (double)confidence);
}

/// <summary>Curves, added up share by share: sums travel, means are taken once.</summary>
/// <param name="Confidence">Per share: Σ of the confidences.</param>
/// <param name="Unchanged">Per share: pictures whose arg-max stayed.</param>
/// <param name="Removed">Per share: Σ of the shares really removed.</param>
/// <param name="Count">Pictures.</param>
/// <source>T-TAME:Eq. 22; T-TAME:Eq. 23</source>
/// <deviation>D14</deviation>
public sealed record RoadScore(IReadOnlyList<double> Confidence, IReadOnlyList<long> Unchanged, IReadOnlyList<double> Removed, long Count)
{
    /// <summary>One picture's score.</summary>
    public static RoadScore Of(RoadCurve curve)
        => new([.. curve.Confidence.Select(value => (double)value)], [.. curve.Unchanged.Select(same => same ? 1L : 0L)], curve.Removed, 1);

    /// <summary>Puts two sets of pictures together; both have the same shares.</summary>
    public static RoadScore operator +(RoadScore a, RoadScore b)
        => new(Sums(a.Confidence, b.Confidence), [.. a.Unchanged.Zip(b.Unchanged, (x, y) => x + y)], Sums(a.Removed, b.Removed), a.Count + b.Count);

    /// <summary>Mean confidence per share, in percent.</summary>
    /// <exception cref="EmptyScoreException">No picture was counted.</exception>
    public IReadOnlyList<double> PercentPerShare => [.. Confidence.Select(sum => 100 * sum / Counted)];

    /// <summary>ROAD: mean confidence over pictures and shares, in percent. MoRF: lower is better; LeRF: higher.</summary>
    /// <exception cref="EmptyScoreException">No picture was counted.</exception>
    public double Percent => PercentPerShare.Average();

    /// <summary>The authors' variant: the share of pictures whose arg-max stayed, per removed share, in percent.</summary>
    /// <exception cref="EmptyScoreException">No picture was counted.</exception>
    public IReadOnlyList<double> AccuracyPerShare => [.. Unchanged.Select(kept => 100.0 * kept / Counted)];

    /// <summary>The share of pixels really removed, mean over pictures, per asked share: the threshold rule removes more than asked on maps with equal values.</summary>
    /// <exception cref="EmptyScoreException">No picture was counted.</exception>
    public IReadOnlyList<double> RemovedPerShare => [.. Removed.Select(sum => sum / Counted)];

    private long Counted => Count > 0 ? Count : throw new EmptyScoreException("ROAD");

    private static double[] Sums(IReadOnlyList<double> a, IReadOnlyList<double> b) => [.. a.Zip(b, (x, y) => x + y)];
}
