using Microsoft.DurableTask.Client;
using TTame.Core.Runs;
using TTame.Functions.Evaluate;
using TTame.Functions.Explain;
using TTame.Functions.Train;

namespace TTame.Functions.Runs;

/// <summary>One trial, as <c>GET /api/runs/{id}</c> shows it.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Status">Status of its orchestration; null where it has not begun.</param>
/// <param name="Phase"><c>starting</c>, <c>training</c> or <c>validating</c>; null where it says nothing.</param>
/// <param name="Epoch">The epoch at work, from 1; 0 before the first.</param>
/// <param name="Workers">How far each of its workers is; null where one has not begun.</param>
/// <param name="Epochs">Its scores on the validation list after each epoch, when it has ended.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
public sealed record TrialView(Trial Trial, string? Status, string? Phase, int Epoch, IReadOnlyList<TrialProgress?> Workers, IReadOnlyList<EpochScore> Epochs, string? Failure);

/// <summary>A run in short.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind"><c>train</c> or <c>evaluate</c>.</param>
/// <param name="Status">Status of its orchestration.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="CreatedAt">When it was started.</param>
/// <param name="LastUpdatedAt">When its orchestration last took a step.</param>
public sealed record RunSummary(string Id, string Kind, string Status, string? Phase, DateTimeOffset CreatedAt, DateTimeOffset LastUpdatedAt);

/// <summary>A run with all that is known of it.</summary>
/// <param name="Summary">In short.</param>
/// <param name="Trials">Its trials; empty for an evaluation.</param>
/// <param name="ShardsDone">Shards scored so far, of an evaluation or of the lists of a training.</param>
/// <param name="Result">What came out; null while it runs, and where it failed.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
/// <param name="Reason">What was said when it was terminated; null where it was not.</param>
public sealed record RunView(RunSummary Summary, IReadOnlyList<TrialView> Trials, int ShardsDone, object? Result, string? Failure, string? Reason);

/// <summary>Reads runs from the orchestrations and from what their activities write.</summary>
public sealed class RunReading(RunStore store)
{
    /// <summary>All runs, newest first.</summary>
    public async Task<IReadOnlyList<RunSummary>> AllAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        List<RunSummary> runs = [];
        await foreach (var run in client.GetAllInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true }).WithCancellation(cancellation))
            if (KindOf(run) is not null) runs.Add(Summary(run));
        return [.. runs.OrderByDescending(r => r.CreatedAt)];
    }

    /// <summary>One run; null where there is none.</summary>
    public async Task<RunView?> OneAsync(DurableTaskClient client, string id, CancellationToken cancellation)
    {
        var run = await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellation);
        if (run is null || KindOf(run) is not { } kind) return null;
        int shards = (await store.NamesAsync(id + "/", cancellation)).Count(name => name.Contains("/shards/", StringComparison.Ordinal));
        bool done = run.RuntimeStatus == OrchestrationRuntimeStatus.Completed;
        object? result = !done ? null : kind == Training ? run.ReadOutputAs<RunResult>() : run.ReadOutputAs<EvaluateResult>();
        return new(Summary(run), kind == Training ? await TrialsAsync(client, run, cancellation) : [], shards, result, run.FailureDetails is { } failure ? Durably.Reason(failure) : null,
            run.RuntimeStatus == OrchestrationRuntimeStatus.Terminated ? run.SerializedOutput : null);
    }

    private const string Training = "train";

    private async Task<IReadOnlyList<TrialView>> TrialsAsync(DurableTaskClient client, OrchestrationMetadata run, CancellationToken cancellation)
    {
        var plan = run.ReadInputAs<TrainPlan>()!;
        List<TrialView> trials = [];
        foreach (var trial in plan.Trials)
        {
            List<TrialProgress?> workers = [];
            for (int worker = 1; worker <= plan.Setup.Workers; worker++)
                workers.Add(await store.FindAsync(RunPaths.Progress(run.InstanceId, trial.Number, worker), cancellation) is { } found ? RecordJson.Read<TrialProgress>(found) : null);
            trials.Add(View(trial, await client.GetInstanceAsync(RunPaths.TrialInstance(run.InstanceId, trial.Number), getInputsAndOutputs: true, cancellation), workers));
        }
        return trials;
    }

    private static TrialView View(Trial trial, OrchestrationMetadata? state, IReadOnlyList<TrialProgress?> workers)
    {
        var says = state?.SerializedCustomStatus is null ? null : state.ReadCustomStatusAs<TrialStatus>();
        var outcome = state?.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? state.ReadOutputAs<TrialOutcome>() : null;
        return new(trial, state?.RuntimeStatus.ToString(), says?.Phase, says?.Epoch ?? 0, workers, outcome?.Epochs ?? [], outcome?.Error ?? (state?.FailureDetails is { } failure ? Durably.Reason(failure) : null));
    }

    private static RunSummary Summary(OrchestrationMetadata run)
        => new(run.InstanceId, KindOf(run)!, run.RuntimeStatus.ToString(), run.SerializedCustomStatus is null ? null : run.ReadCustomStatusAs<RunStatus>()?.Phase, run.CreatedAt, run.LastUpdatedAt);

    private static string? KindOf(OrchestrationMetadata run) => run.Name switch
    {
        nameof(TrainRun) => Training,
        nameof(EvaluateRun) => "evaluate",
        _ => null,
    };
}
