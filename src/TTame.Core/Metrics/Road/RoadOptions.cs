using TTame.Core.Primitives;

namespace TTame.Core.Metrics.Road;

/// <summary>How ROAD removes and imputes.</summary>
public sealed record RoadOptions
{
    /// <summary>The paper's removed shares: a tenth, two tenths, …, nine tenths.</summary>
    public static IReadOnlyList<RemovedShare> PaperShares { get; } = [.. Enumerable.Range(1, 9).Select(tenths => new RemovedShare(tenths / 10.0))];

    /// <summary>The removed shares of the authors' code.</summary>
    public static IReadOnlyList<RemovedShare> OfficialShares { get; } = [.. new[] { 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9 }.Select(share => new RemovedShare(share))];

    /// <summary>Shares to remove, in rising order (any order is right; a rising one is solved fastest).</summary>
    public IReadOnlyList<RemovedShare> Shares { get; init; } = PaperShares;

    /// <summary>Exact rank by default; the authors' code uses the threshold.</summary>
    /// <deviation>D16</deviation>
    public RemovalRule Rule { get; init; } = RemovalRule.Rank;

    /// <summary>Standard deviation of the noise on imputed pixels, for pixels in [0, 1].</summary>
    /// <deviation>D15</deviation>
    public double Noise { get; init; } = ImputationNoise.DefaultDeviation;

    /// <summary>Seed of the noise and of the order among equally relevant pixels.</summary>
    public ulong Seed { get; init; }
}
