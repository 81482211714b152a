using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Durable;

/// <summary>The orchestrator's view of its run: every call is a step or a wait, and all time comes from the history.</summary>
internal sealed class OrchestratorContext(OrchestrationRun run, DataConverter converter, ILoggerFactory logs) : TaskOrchestrationContext
{
    private readonly Dictionary<int, Waiter> _open = [];
    private readonly EventBoard _events = new();
    private int _guids;

    public override TaskName Name => run.Name;

    public override string InstanceId => run.InstanceId;

    public override ParentOrchestrationInstance? Parent => run.Start.Parent is { } parent ? new(parent.Name, parent.Instance) : null;

    public override DateTime CurrentUtcDateTime => run.Now;

    public override bool IsReplaying => run.IsReplaying;

    public string? CustomStatus { get; private set; }

    public (string? Input, bool Preserve)? Next { get; private set; }

    public bool HasOpenSteps => _open.Count > 0;

    public bool HasWaiters => _open.Count > 0 || _events.HasWaiters;

    public IReadOnlyList<HistoryEvent> UnreadEvents => _events.Unread;

    protected override ILoggerFactory LoggerFactory => logs;

    public bool IsOpen(int step) => _open.ContainsKey(step);

    /// <summary>Tells a fact to whoever waits for it; what nobody waits for any more is dropped, an event is kept.</summary>
    public void Complete(HistoryEvent fact)
    {
        if (fact.Kind == EventKind.EventRaised) _events.Raise(fact);
        else if (_open.Remove(fact.Id!.Value, out var waiter)) waiter.Tell(fact);
    }

    public override T? GetInput<T>()
        where T : default => converter.Deserialize<T>(run.Start.Payload);

    public object? GetInput(Type type) => converter.Deserialize(run.Start.Payload, type);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        RequireNoOptionsAsInput(input, options);
        return Retrying(options?.Retry, () => StepAsync<TResult>(new HistoryEvent(EventKind.TaskScheduled, default) { Name = name.Name, Payload = converter.Serialize(input), Tags = TagsOf(options) }));
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        RequireNoOptionsAsInput(input, options);
        string? given = (options as SubOrchestrationOptions)?.InstanceId;
        return Retrying(options?.Retry, () => StepAsync<TResult>(new HistoryEvent(EventKind.SubOrchestrationInstanceCreated, default)
        {
            Name = orchestratorName.Name, Payload = converter.Serialize(input), Instance = given ?? NewGuid().ToString("N"), Tags = TagsOf(options),
        }));
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        run.RequireLegal();
        if (fireAt.Kind == DateTimeKind.Local) fireAt = fireAt.ToUniversalTime();
        var step = run.Take(new HistoryEvent(EventKind.TimerCreated, default) { FireAt = DateTime.SpecifyKind(fireAt, DateTimeKind.Utc) });
        var waiter = new Waiter<object>(step, converter);
        _open[step.Id!.Value] = waiter;
        if (cancellationToken.CanBeCanceled)
            cancellationToken.Register(() =>
            {
                if (_open.Remove(step.Id.Value)) waiter.Cancel();
            });
        return waiter.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        run.RequireLegal();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return _events.WaitAsync<T>(eventName, converter, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        run.RequireLegal();
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        run.Take(new HistoryEvent(EventKind.EventSent, default) { Instance = instanceId, Name = eventName, Payload = converter.Serialize(payload) });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        run.RequireLegal();
        CustomStatus = converter.Serialize(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        run.RequireLegal();
        Next = (converter.Serialize(newInput), preserveUnprocessedEvents);
    }

    public override Guid NewGuid()
    {
        run.RequireLegal();
        return DeterministicGuid.Of($"{InstanceId}_{CurrentUtcDateTime:o}_{_guids++}");
    }

    private static IReadOnlyDictionary<string, string>? TagsOf(TaskOptions? options) => options?.Tags is { Count: > 0 } tags ? new Dictionary<string, string>(tags) : null;

    private static void RequireNoOptionsAsInput(object? input, TaskOptions? options)
    {
        if (options is null && input is TaskOptions) throw new ArgumentException("TaskOptions were given as the input; name the argument: options.", nameof(input));
    }

    private Task<T> StepAsync<T>(HistoryEvent step)
    {
        run.RequireLegal();
        step = run.Take(step);
        var waiter = new Waiter<T>(step, converter);
        _open[step.Id!.Value] = waiter;
        return waiter.Task;
    }

    private async Task<T> Retrying<T>(TaskRetryOptions? retry, Func<Task<T>> attempt)
    {
        if (retry is null) return await attempt();
        var first = CurrentUtcDateTime;
        for (int failures = 1; ; failures++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailedException failed)
            {
                if (failed.FailureDetails.Properties?.ContainsKey(Waiter.NonRetriable) == true || !await MayRetryAsync(retry, failed, failures, first)) throw;
            }
        }
    }

    private async Task<bool> MayRetryAsync(TaskRetryOptions retry, TaskFailedException failed, int failures, DateTime first)
    {
        if (retry.Handler is { } handler) return await handler(new RetryContext(this, failures, failed.FailureDetails, CurrentUtcDateTime - first, CancellationToken.None));
        var policy = retry.Policy!;
        if (failures >= policy.MaxNumberOfAttempts || !policy.Handle(failed)) return false;
        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && CurrentUtcDateTime >= first + policy.RetryTimeout) return false;
        double ticks = policy.FirstRetryInterval.Ticks * Math.Pow(policy.BackoffCoefficient, failures - 1);
        var delay = ticks < policy.MaxRetryInterval.Ticks || policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.FromTicks((long)Math.Min(ticks, TimeSpan.MaxValue.Ticks / 2)) : policy.MaxRetryInterval;
        await CreateTimer(delay, CancellationToken.None);
        return true;
    }
}
