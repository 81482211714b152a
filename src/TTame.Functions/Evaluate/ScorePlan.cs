using TTame.Core.Evaluation;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Evaluate;

/// <summary>What is scored: a model's own attention, or the one in a checkpoint of a run.</summary>
/// <param name="Model">The model.</param>
/// <param name="Features">Taps that the checkpoint's attention reads; null is the model's own.</param>
/// <param name="Checkpoint">Path of the checkpoint; null scores the model as it is.</param>
/// <param name="Sha256">Joint hash that the model must have: every shard scores the same weights. Null where a checkpoint is scored.</param>
public sealed record ScoreSubject(string Model, string? Features, string? Checkpoint, string? Sha256);

/// <summary>What is measured of it: the part of <see cref="EvaluationPlan"/> that a request can say.</summary>
public sealed record ScorePlan
{
    /// <summary>Explainers; the first one is compared with the others.</summary>
    public IReadOnlyList<string> Explainers { get; init; } = [TTameExplainer.Name];

    /// <summary>Measures.</summary>
    public IReadOnlyList<string> Measures { get; init; } = EvaluationMeasures.Defaults;

    /// <summary>Kept shares of AD, IC and average gain, (0, 1]; null is the paper's.</summary>
    public IReadOnlyList<double>? KeptShares { get; init; }

    /// <summary>How maps mask images; null is the rule of the model's kind.</summary>
    public MaskingRule? Masking { get; init; }

    /// <summary>Masks of RISE; null is the paper's number.</summary>
    public int? RiseMasks { get; init; }

    /// <summary>Images per pass. Shards begin and end between batches, because a network's last bit depends on what is in a batch.</summary>
    public int BatchSize { get; init; } = DefaultBatchSize;

    /// <summary>Images per pass where nothing else is said.</summary>
    public const int DefaultBatchSize = 8;

    /// <summary>Seed of bootstrap, noise and masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>Resamples of the bootstrap.</summary>
    public int Resamples { get; init; } = Bootstrap.DefaultResamples;

    /// <summary>The library's plan.</summary>
    /// <param name="settings">What a file may cost.</param>
    public EvaluationPlan ToEvaluation(ServiceSettings settings)
    {
        var plan = new EvaluationPlan
        {
            Explainers = Explainers, Measures = Measures, Masking = Masking, Seed = Seed, Resamples = Resamples, BatchSize = BatchSize, Limits = PicturePreparation.LimitsOf(settings),
            Options = new() { Rise = RiseMasks is { } masks ? new RiseOptions(masks, Seed: Seed) : null },
        };
        return plan with { KeptShares = KeptShares?.Select(share => new KeptShare(share)).ToList() ?? plan.KeptShares, Road = plan.Road with { Seed = Seed } };
    }
}

/// <summary>A list to be scored by shards.</summary>
/// <param name="Run">Instance id of the run, which is looked at for termination.</param>
/// <param name="Subject">What is scored.</param>
/// <param name="Images">The list.</param>
/// <param name="Folder">Where records go, in the runs' container.</param>
/// <param name="Plan">What is measured.</param>
/// <param name="ShardSize">Images of a shard; rounded up to whole batches.</param>
public sealed record ScoreTask(string Run, ScoreSubject Subject, ListReference Images, string Folder, ScorePlan Plan, int ShardSize)
{
    // Whole batches: the same batches, and so the same bits, for any number of shards.
    private int Size => (ShardSize + Plan.BatchSize - 1) / Plan.BatchSize * Plan.BatchSize;

    /// <summary>Number of shards.</summary>
    public int Shards() => (Images.Count + Size - 1) / Size;

    /// <summary>Path of a shard's records.</summary>
    /// <param name="shard">Counts from 0.</param>
    public string Records(int shard) => FormattableString.Invariant($"{Folder}/shards/{shard:000000}.json");

    /// <summary>Path of the reduced scores.</summary>
    public string Scores() => $"{Folder}/scores.json";

    /// <summary>The places of a shard's images in the list.</summary>
    /// <param name="shard">Counts from 0.</param>
    public IReadOnlyList<int> Places(int shard) => [.. Enumerable.Range(shard * Size, Math.Min(Size, Images.Count - shard * Size))];
}
