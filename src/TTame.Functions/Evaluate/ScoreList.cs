using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using TTame.Core.Runs;
using TTame.Functions.Runs;

namespace TTame.Functions.Evaluate;

/// <summary>Some shards of a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="First">First shard, from 0.</param>
/// <param name="Count">How many.</param>
public sealed record ShardGroup(ScoreTask Task, int First, int Count);

/// <summary>How far the shards of a group have come.</summary>
/// <param name="Done">Shards with records.</param>
/// <param name="Failed">Shards that failed for good.</param>
/// <param name="Reason">Why the first of them failed; null where none did.</param>
public sealed record GroupResult(int Done, int Failed, string? Reason);

/// <summary>Scores a list: every shard for itself, then one reduction in the list's order.</summary>
public static class ScoreList
{
    /// <summary>Shards of one sub-orchestration: a fan-in has a history that is read again at each of its results.</summary>
    internal const int ShardsPerGroup = 200;

    /// <summary>Scores a list of any length: groups of shards, a sub-orchestration each, then the reduction.</summary>
    [Function(nameof(ScoreList))]
    public static async Task<ListScore> Run([OrchestrationTrigger] TaskOrchestrationContext context, ScoreTask task)
    {
        // 1. Every shard writes its records; what travels is counts.
        var groups = from first in Enumerable.Range(0, (task.Shards() + ShardsPerGroup - 1) / ShardsPerGroup)
                     let part = new ShardGroup(task, first * ShardsPerGroup, Math.Min(ShardsPerGroup, task.Shards() - first * ShardsPerGroup))
                     select context.CallSubOrchestratorAsync<GroupResult>(nameof(ScoreShards), part);
        var results = await Task.WhenAll(groups);
        // 2. Reduce in the list's order: the same bits on every replay, and for any number of shards.
        return await context.CallActivityAsync<ListScore>(nameof(ReduceScores), new ReduceInput(task, results.FirstOrDefault(r => r.Failed > 0)?.Reason), Durably.Retried);
    }

    /// <summary>Scores a group of shards. One that fails for good is counted and takes no other with it.</summary>
    [Function(nameof(ScoreShards))]
    public static async Task<GroupResult> ScoreShards([OrchestrationTrigger] TaskOrchestrationContext context, ShardGroup group)
    {
        var errors = await Task.WhenAll(Enumerable.Range(group.First, group.Count).Select(shard => TryAsync(context, new(group.Task, shard))));
        string[] failed = [.. errors.OfType<string>()];
        return new(group.Count - failed.Length, failed.Length, failed.FirstOrDefault());
    }

    // Null: the shard has its records.
    private static async Task<string?> TryAsync(TaskOrchestrationContext context, ShardInput shard)
    {
        try
        {
            await context.CallWhileNotSuspendedAsync<ShardResult>(nameof(ScoreShard), shard);
            return null;
        }
        catch (TaskFailedException failure)
        {
            return Durably.Reason(failure);
        }
    }
}
