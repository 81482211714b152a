using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>A shard of the training list for a closed-form start.</summary>
/// <param name="First">Place of its first photograph.</param>
/// <param name="Last">Exclusive.</param>
public sealed record EvidenceShard(int First, int Last)
{
    // A shard's sums are as large as a whole list's: a large network has 250 MB of them.
    private const int Most = 32;

    /// <summary>The shards of a list, in its order: of whole blocks, and at most 32 for a list of any length.</summary>
    /// <param name="images">Length of the list.</param>
    /// <param name="shardSize">Photographs of a shard, at least.</param>
    public static IReadOnlyList<EvidenceShard> Of(int images, int shardSize)
    {
        int size = Math.Max(shardSize, (images + Most - 1) / Most);
        size = (size + ClosedFormPass.BlockSize - 1) / ClosedFormPass.BlockSize * ClosedFormPass.BlockSize;
        return [.. Enumerable.Range(0, (images + size - 1) / size).Select(shard => new EvidenceShard(shard * size, Math.Min((shard + 1) * size, images)))];
    }
}

/// <summary>Input of <see cref="GatherEvidence"/>.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Shard">The shard.</param>
public sealed record GatherInput(TrialInput Trial, EvidenceShard Shard);

/// <summary>The evidence of a closed-form start: shards for themselves, each activity after activity with a bound on its time.</summary>
public static class GatherEvidence
{
    /// <summary>The evidence of one shard.</summary>
    /// <returns>Its path.</returns>
    [Function(nameof(GatherEvidence))]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context, GatherInput input)
    {
        var done = new EvidenceResult(null, input.Shard.First, false);
        while (done.Next < input.Shard.Last)
        {
            done = await context.CallActivityAsync<EvidenceResult>(nameof(SumEvidence), new EvidenceInput(input.Trial, input.Shard, done.Evidence), Durably.Retried);
            if (done.Suspended) await context.CreateTimer(Durably.WhileSuspended, CancellationToken.None);
        }
        return done.Evidence!;
    }

    /// <summary>The evidence of every shard of the training list, in the list's order. One that fails for good fails the trial: a start from part of a list is another start.</summary>
    internal static Task<string[]> AllAsync(TaskOrchestrationContext context, TrialInput input)
        => Task.WhenAll(EvidenceShard.Of(input.Manifest.Train.Count, input.Setup.ShardSize).Select(shard => context.CallSubOrchestratorAsync<string>(nameof(GatherEvidence), new GatherInput(input, shard))));
}
