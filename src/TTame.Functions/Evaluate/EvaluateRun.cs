using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using TTame.Core.Runs;
using TTame.Functions.Runs;
using TTame.Functions.Train;

namespace TTame.Functions.Evaluate;

/// <summary>The end of an evaluation, as its orchestration returns it.</summary>
/// <param name="Report">Path of the report in the reports' container.</param>
/// <param name="Models">Per model, the scores of its first explainer.</param>
public sealed record EvaluateResult(string Report, IReadOnlyDictionary<string, ListScore> Models);

/// <summary>An evaluation: freeze the list and the weights, score every model by shards, report.</summary>
public static class EvaluateRun
{
    /// <summary>The protocol.</summary>
    [Function(nameof(EvaluateRun))]
    public static async Task<EvaluateResult> Run([OrchestrationTrigger] TaskOrchestrationContext context, EvaluateInput input)
    {
        // 1. Freeze the list and the weights: every shard sees the same.
        context.SetCustomStatus(new RunStatus("freezing", null));
        var frozen = await context.CallActivityAsync<FrozenEvaluation>(nameof(FreezeEvaluation), input, Durably.Retried);

        // 2. Score every model. One explainer that does not apply to a model fails the shards of that model only.
        context.SetCustomStatus(new RunStatus("scoring", null));
        var tasks = frozen.Tasks(input);
        var scores = await Task.WhenAll(tasks.Select(task => context.CallSubOrchestratorAsync<ListScore>(nameof(ScoreList), task)));

        // 3. Report.
        context.SetCustomStatus(new RunStatus("reporting", null));
        string report = await context.CallActivityAsync<string>(nameof(WriteEvaluation), new EvaluationInput(input, tasks), Durably.Retried);
        context.SetCustomStatus(new RunStatus("done", null));
        return new(report, input.Models.Zip(scores).ToDictionary(pair => pair.First, pair => pair.Second));
    }
}

/// <summary>The list and the weights of an evaluation.</summary>
/// <param name="Images">The list.</param>
/// <param name="Hashes">Joint SHA-256 of each model, in the order asked for.</param>
/// <param name="Missing">Images that the list names but that are not there.</param>
public sealed record FrozenEvaluation(ListReference Images, IReadOnlyList<string> Hashes, int Missing)
{
    /// <summary>A task per model.</summary>
    public IReadOnlyList<ScoreTask> Tasks(EvaluateInput input)
    {
        int size = input.Shards is { } shards ? (Images.Count + shards - 1) / shards : input.ShardSize;
        return [.. input.Models.Select((model, i) => new ScoreTask(input.Run, new(model, null, null, Hashes[i]), Images, $"{input.Run}/{model}", input.Plan, Math.Max(1, size)))];
    }
}
