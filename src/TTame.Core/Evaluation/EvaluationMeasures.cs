using TTame.Core.Metrics;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;

namespace TTame.Core.Evaluation;

/// <summary>The measures by the names that the command line and the service use.</summary>
public static class EvaluationMeasures
{
    private static readonly Dictionary<string, Func<ScoredMaps, ClassSpecificity, IEnumerable<BatchScore>>> Makers = new(StringComparer.Ordinal)
    {
        ["ad"] = (maps, _) => maps.Kept((whole, masked) => AverageDrop.Of(whole, masked).Sum),
        ["ic"] = (maps, _) => maps.Kept((whole, masked) => IncreaseInConfidence.Of(whole, masked).Sum),
        ["road-morf"] = (maps, _) => maps.Road(RemovalOrder.MostRelevantFirst),
        ["road-lerf"] = (maps, _) => maps.Road(RemovalOrder.LeastRelevantFirst),
        ["average-gain"] = (maps, _) => maps.Kept((whole, masked) => AverageGain.Of(whole, masked).Sum),
        ["deletion"] = (maps, _) => maps.Flow(FlowDirection.Deletion),
        ["insertion"] = (maps, _) => maps.Flow(FlowDirection.Insertion),
        ["energy-in-box"] = (maps, _) => maps.InBoxes(),
        ["road-morf-accuracy"] = (maps, _) => maps.RoadAccuracy(RemovalOrder.MostRelevantFirst),
        ["road-lerf-accuracy"] = (maps, _) => maps.RoadAccuracy(RemovalOrder.LeastRelevantFirst),
        ["road-morf-removed"] = (maps, _) => maps.Removed(RemovalOrder.MostRelevantFirst),
        ["road-lerf-removed"] = (maps, _) => maps.Removed(RemovalOrder.LeastRelevantFirst),
        ["rank-correlation-runner-up"] = (_, classes) => classes.LikeRunnerUp(),
        ["rank-correlation-random"] = (_, classes) => classes.LikeRandom(),
        ["ad-own"] = (_, classes) => classes.Drop(swapped: false),
        ["ad-swapped"] = (_, classes) => classes.Drop(swapped: true),
    };

    /// <summary>What is measured where nothing else is asked for: AD and IC.</summary>
    public static IReadOnlyList<string> Defaults { get; } = ["ad", "ic"];

    /// <summary>All names, in the order of the documentation.</summary>
    public static IReadOnlyList<string> Names => [.. Makers.Keys];

    /// <summary>What a measure says of a batch.</summary>
    internal static IEnumerable<BatchScore> Of(string name, ScoredMaps maps, ClassSpecificity classes) => Makers[name](maps, classes);
}

/// <summary>One number per image of a batch.</summary>
/// <param name="Share">Kept or removed share; 1 where none applies.</param>
/// <param name="Values">As shares of one; null where the measure says nothing of an image.</param>
internal sealed record BatchScore(double Share, IReadOnlyList<double?> Values);
