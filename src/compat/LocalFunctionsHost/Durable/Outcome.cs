using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalFunctionsHost.Durable;

/// <summary>How an execution ended: with a status and output or failure, or by continuing as new.</summary>
internal sealed record Outcome(OrchestrationRuntimeStatus Status)
{
    public string? Output { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    /// <summary>Of an execution that continues as new: the events that it hands on.</summary>
    public IReadOnlyList<HistoryEvent> Carried { get; init; } = [];

    public static Outcome Failed(TaskFailureDetails failure)
        => new(OrchestrationRuntimeStatus.Failed) { Failure = failure, Output = $"{failure.ErrorType}: {failure.ErrorMessage}" };
}

/// <summary>What a run over a history came to.</summary>
/// <param name="New">Steps and status of the last turn that the history does not have yet.</param>
/// <param name="Open">Steps that wait for their completion, in the order of their calls.</param>
/// <param name="End">Null while the orchestration goes on.</param>
internal sealed record RunResult(IReadOnlyList<HistoryEvent> New, IReadOnlyList<HistoryEvent> Open, Outcome? End, string? CustomStatus, bool Suspended);

/// <summary>The code does not do what the history says that it did.</summary>
internal sealed class NonDeterminismException(string message) : Exception(message);
