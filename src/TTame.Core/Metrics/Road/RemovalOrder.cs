namespace TTame.Core.Metrics.Road;

/// <summary>Which pixels go first.</summary>
public enum RemovalOrder
{
    /// <summary>MoRF: the pixels that the map calls most relevant. A good map's confidence falls fast; lower is better.</summary>
    MostRelevantFirst,

    /// <summary>LeRF: the least relevant pixels. A good map's confidence lasts; higher is better.</summary>
    LeastRelevantFirst,
}

/// <summary>How a removed share becomes a set of pixels.</summary>
public enum RemovalRule
{
    /// <summary>Exactly ⌊share · H · W⌋ pixels by rank, ties in a seeded order.</summary>
    Rank,

    /// <summary>All pixels at or above the map's quantile, as the official code does: a map with many equal values loses more than asked.</summary>
    Threshold,
}
