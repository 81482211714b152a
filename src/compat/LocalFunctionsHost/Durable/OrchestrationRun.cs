using System.Runtime.ExceptionServices;
using LocalFunctionsHost.Invocation;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Durable;

/// <summary>
/// One run of an orchestrator over its history, from the start: facts are told in the order in which they came, and the steps that the
/// code takes are held against the steps that the history has.
/// </summary>
internal sealed class OrchestrationRun(string instanceId, IReadOnlyList<HistoryEvent> history, DataConverter converter, ILoggerFactory logs, Action illegalAwait)
{
    public const string IllegalAwait = "An invalid asynchronous invocation was detected. This can be caused by awaiting non-durable tasks in an orchestrator function's implementation or by middleware that invokes asynchronous code.";
    private const string NonDeterminism = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException";

    private readonly List<Slice> _turns = Slice.Of(history);
    private readonly List<HistoryEvent> _steps = [];
    private readonly List<HistoryEvent> _held = [];
    private OrchestratorContext? _context;
    private TurnSynchronization? _sync;
    private Func<object?>? _call;
    private Task? _task;
    private object? _plain;
    private int _finishedOn;
    private Outcome? _forced;
    private bool _suspended;

    public RunResult? Result { get; private set; }

    public HistoryEvent Start { get; } = history.First(e => e.Kind == EventKind.ExecutionStarted);

    public string InstanceId => instanceId;

    public string Name => Start.Name!;

    public DateTime Now { get; private set; }

    public bool IsReplaying { get; private set; } = true;

    public OrchestratorContext Context => _context ??= new OrchestratorContext(this, converter, logs);

    /// <summary>Runs every turn of the history. <paramref name="call"/> calls the orchestrator's method.</summary>
    /// <returns>What the method returned, null while it waits.</returns>
    public object? Execute(Func<object?> call)
    {
        _call = call;
        var before = SynchronizationContext.Current;
        _sync = new TurnSynchronization(illegalAwait);
        SynchronizationContext.SetSynchronizationContext(_sync);
        try
        {
            List<HistoryEvent> fresh = [];
            foreach (var turn in _turns) fresh = Play(turn);
            var end = End();
            Result = new RunResult(fresh, [.. _steps.Where(s => Context.IsOpen(s.Id!.Value))], end, Context.CustomStatus, _suspended);
        }
        catch (NonDeterminismException departed)
        {
            Fail(new TaskFailureDetails(NonDeterminism, departed.Message, null, null, null));
        }
        finally
        {
            _sync.Close();
            SynchronizationContext.SetSynchronizationContext(before);
        }

        if (_task is { IsFaulted: true } && Result!.End is { Status: OrchestrationRuntimeStatus.Failed }) ExceptionDispatchInfo.Capture(_task.Exception!.InnerException!).Throw();
        if (Result!.End is { Status: OrchestrationRuntimeStatus.Failed, Failure: { } failure }) throw new InvalidOperationException(failure.ErrorMessage);
        return Result.End is { Status: OrchestrationRuntimeStatus.Completed } && _task is not null ? ReturnValues.ValueOf(_task) : null;
    }

    /// <summary>The run never reached the orchestrator: its parameters or the middleware failed.</summary>
    public void FailBefore(Exception failure) => Fail(TaskFailureDetails.FromException(failure));

    /// <exception cref="InvalidOperationException">The caller is not on the orchestrator's thread, or its turn is over.</exception>
    public void RequireLegal()
    {
        if (_sync is not { IsCurrent: true }) throw new InvalidOperationException(IllegalAwait);
    }

    /// <summary>Takes the next step; returns it as the history has it where it was taken before.</summary>
    public HistoryEvent Take(HistoryEvent step)
    {
        step = step with { Id = _steps.Count, At = Now };
        _steps.Add(step);
        return step;
    }

    private void Fail(TaskFailureDetails failure)
        => Result = new RunResult([], [], Outcome.Failed(failure), _context?.CustomStatus, false);

    private List<HistoryEvent> Play(Slice turn)
    {
        Now = turn.At;
        IsReplaying = turn.Closed;
        int before = _steps.Count;
        string? status = Context.CustomStatus;
        foreach (var fact in turn.Facts)
        {
            if (_forced is not null) break;
            Tell(fact);
        }

        return Compare(turn, [.. _steps.Skip(before)], Context.CustomStatus != status);
    }

    private void Tell(HistoryEvent fact)
    {
        switch (fact.Kind)
        {
            case EventKind.ExecutionSuspended:
                _suspended = true;
                return;
            case EventKind.ExecutionResumed:
                _suspended = false;
                List<HistoryEvent> held = [.. _held];
                _held.Clear();
                foreach (var late in held) Tell(late);
                return;
            case EventKind.ExecutionTerminated:
                _forced = new Outcome(OrchestrationRuntimeStatus.Terminated) { Output = fact.Payload };
                return;
            case EventKind.ExecutionRewound:
                return;
            case EventKind.Broken:
                _forced = Outcome.Failed(fact.Failure!);
                return;
        }

        if (_suspended)
        {
            _held.Add(fact);
            return;
        }

        if (fact.Kind == EventKind.ExecutionStarted) Begin();
        else Context.Complete(fact);
        _sync!.Pump();
    }

    private void Begin()
    {
        try
        {
            object? returned = _call!();
            _task = returned switch
            {
                Task task => task,
                null => Task.CompletedTask,
                _ => Plain(returned),
            };
        }
        catch (Exception failure)
        {
            _task = Task.FromException(failure);
        }

        _finishedOn = Environment.CurrentManagedThreadId;
        if (!_task.IsCompleted) _ = _task.ContinueWith(_ => _finishedOn = Environment.CurrentManagedThreadId, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private Task Plain(object returned)
    {
        _plain = returned;
        return Task.CompletedTask;
    }

    private Outcome? End()
    {
        if (_forced is not null) return _forced;
        if (_task is null || _suspended) return null;
        bool foreign = _sync!.SawForeign || (_task.IsCompleted && _finishedOn != Environment.CurrentManagedThreadId);
        if (foreign || (!_task.IsCompleted && !Context.HasWaiters)) return Outcome.Failed(new TaskFailureDetails(typeof(InvalidOperationException).FullName!, IllegalAwait, null, null, null));
        if (!_task.IsCompleted) return null;
        if (_task.IsFaulted) return Outcome.Failed(TaskFailureDetails.FromException(_task.Exception!.InnerException!));
        if (_task.IsCanceled) return Outcome.Failed(TaskFailureDetails.FromException(new TaskCanceledException()));
        if (Context.Next is { } next)
            return new Outcome(OrchestrationRuntimeStatus.ContinuedAsNew) { Output = next.Input, Carried = next.Preserve ? Context.UnreadEvents : [] };
        // As in Durable Task: done only when nothing that it began is left, such as a timer that nobody cancelled.
        return Context.HasOpenSteps ? null : new Outcome(OrchestrationRuntimeStatus.Completed) { Output = converter.Serialize(_plain ?? ReturnValues.ValueOf(_task)) };
    }

    private List<HistoryEvent> Compare(Slice turn, List<HistoryEvent> taken, bool statusChanged)
    {
        for (int i = 0; i < Math.Max(taken.Count, turn.Steps.Count); i++)
        {
            var now = i < taken.Count ? taken[i] : null;
            var then = i < turn.Steps.Count ? turn.Steps[i] : null;
            if (then is null && !turn.Closed) break;
            if (_forced is not null && now is null) break;
            if (now is null || then is null || now.Kind != then.Kind || !string.Equals(now.Name, then.Name, StringComparison.OrdinalIgnoreCase))
                throw new NonDeterminismException(
                    $"Non-deterministic orchestrator '{Name}' (instance '{instanceId}'): step #{now?.Id ?? then!.Id} was {then?.Describe() ?? "not taken"} when it ran first, and is {now?.Describe() ?? "not taken"} in this replay. "
                    + "An orchestrator must take the same steps in the same order each time: no clock, random numbers, I/O or settings in it, and no change of its steps while instances of it run.");
            // What was recorded decides, e.g. a sub-orchestration's instance id.
            _steps[now.Id!.Value] = then;
        }

        if (turn.Closed) return [];
        List<HistoryEvent> fresh = [.. _steps.Skip(_steps.Count - taken.Count + turn.Steps.Count)];
        if (statusChanged) fresh.Add(new HistoryEvent(EventKind.CustomStatus, Now) { Payload = Context.CustomStatus });
        return fresh;
    }

    /// <summary>One turn of a history: the facts told, the time, the steps taken; closed when all of it is written.</summary>
    private sealed record Slice(IReadOnlyList<HistoryEvent> Facts, DateTime At)
    {
        public List<HistoryEvent> Steps { get; } = [];

        public bool Closed { get; private set; }

        public static List<Slice> Of(IReadOnlyList<HistoryEvent> history)
        {
            List<Slice> turns = [];
            List<HistoryEvent> facts = [];
            foreach (var entry in history)
            {
                switch (entry.Kind)
                {
                    case EventKind.Turn:
                        turns.Add(new Slice(facts, entry.At));
                        facts = [];
                        break;
                    case EventKind.TurnEnd:
                        turns[^1].Closed = true;
                        break;
                    case EventKind.CustomStatus or EventKind.ExecutionCompleted or EventKind.ContinueAsNew:
                        break;
                    default:
                        if (entry.IsStep) turns[^1].Steps.Add(entry);
                        else facts.Add(entry);
                        break;
                }
            }

            return turns;
        }
    }
}
