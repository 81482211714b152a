using System.Collections.Concurrent;
using System.Text;
using Azure;
using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Durable;

/// <summary>The task hub at work: takes up every instance that storage has, runs turns and activities, fires timers.</summary>
internal sealed class DurableEngine : IListener, IEngine
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly FunctionCatalogue _catalogue;
    private readonly DurableFunctions _functions;
    private readonly ActivityPump _activities;
    private readonly TimerBoard _timers;
    private readonly ConcurrentDictionary<string, LiveInstance> _live = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _ahead;
    private int _busy;

    public DurableEngine(DurableSettings settings, IHubStore store, FunctionCatalogue catalogue, DurableFunctions functions, Running running, ILoggerFactory logs)
    {
        Settings = settings;
        Store = store;
        _catalogue = catalogue;
        _functions = functions;
        Turns = new SemaphoreSlim(settings.Orchestrators, settings.Orchestrators);
        Log = logs.CreateLogger("Host.Triggers.DurableTask");
        _activities = new ActivityPump(this, functions, running);
        _timers = new TimerBoard(this);
    }

    public IHubStore Store { get; }

    public DurableSettings Settings { get; }

    public SemaphoreSlim Turns { get; }

    public ILogger Log { get; }

    public DataConverter Converter => _functions.Converter;

    /// <summary>Whether the app has anything durable; an app without needs no storage for it.</summary>
    public bool IsUsed => _catalogue.Enabled.Any(f => f.Trigger is OrchestrationTriggerAttribute or ActivityTriggerAttribute);

    public async Task RunAsync(CancellationToken stop)
    {
        if (!IsUsed) return;
        await using var registration = stop.Register(_stop.Cancel);
        await StorageIsThere.WaitAsync(() => Store.OpenAsync(stop), Log, stop);
        await foreach (var (heads, _) in Store.ListAsync("", null, stop))
            await Parallel.ForEachAsync(heads.Where(h => !h.Ended), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stop }, async (head, token) => await TakeUpAsync(head.Id, token));
        _opened.TrySetResult();
        try
        {
            await Task.WhenAll(_activities.RunAsync(stop), _timers.RunAsync(stop));
        }
        finally
        {
            await CloseAsync();
        }
    }

    public DateTime Now() => DateTime.UtcNow + _ahead;

    /// <summary>Moves the clock to a timer that was skipped to.</summary>
    public void JumpTo(DateTime time)
    {
        lock (_timers)
            if (time > Now()) _ahead += time - Now();
    }

    public Task<RunResult> RunAsync(InstanceState state, IReadOnlyList<HistoryEvent> history)
        => _functions.RunAsync(state, history, () => Find(state.Id)?.TellAsync(
            new HistoryEvent(EventKind.Broken, Now()) { Failure = new TaskFailureDetails(typeof(InvalidOperationException).FullName!, OrchestrationRun.IllegalAwait, null, null, null) }, state.Execution), _stop.Token);

    public async Task InsistAsync(Func<Task> work, TimeSpan pause)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception storage) when (storage is RequestFailedException { Status: 0 or 408 or 429 or >= 500 } or AggregateException or TaskCanceledException && !_stop.IsCancellationRequested)
            {
                Log.LogWarning("Storage does not answer, trying on: {Message}", storage.Message);
                await Task.Delay(pause, _stop.Token);
            }
        }
    }

    public async Task<(List<HistoryEvent> Log, long Position)> WriteStartAsync(InstanceState state, IReadOnlyList<HistoryEvent> begin)
    {
        List<HistoryEvent> log = [];
        foreach (var entry in begin)
        {
            var kept = entry;
            if (entry.Payload is { } payload && payload.Length > Settings.MaxInline)
            {
                kept = entry with { Blob = HubNames.Payload(state.Id, state.Execution, Guid.NewGuid().ToString("N")) };
                await InsistAsync(() => Store.PutPayloadAsync(kept.Blob!, payload, CancellationToken.None), Pause);
            }

            log.Add(kept);
        }

        string name = HubNames.Log(state.Id, state.Execution);
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(log.Select(e => e.ToLine())));
        await InsistAsync(() => Store.CreateLogAsync(name, CancellationToken.None), Pause);
        await InsistAsync(() => Store.AppendAsync(name, 0, lines, CancellationToken.None), Pause);
        return (log, lines.Length);
    }

    /// <summary>Something is at work: time may not be skipped meanwhile.</summary>
    public void Enter() => Interlocked.Increment(ref _busy);

    public void Leave() => Interlocked.Decrement(ref _busy);

    public bool IsIdle => Volatile.Read(ref _busy) == 0;

    public LiveInstance? Find(string id) => _live.GetValueOrDefault(id);

    /// <summary>Live instances first: they know more than their heads in storage.</summary>
    public async Task<InstanceState?> StateOfAsync(string id, CancellationToken cancellation)
    {
        await OpenAsync(cancellation);
        return Find(id)?.State ?? (await Store.GetHeadAsync(id, cancellation))?.State;
    }

    /// <summary>Ends at the next change of any instance, or after a while.</summary>
    public Task ChangeAsync() => Task.WhenAny(Volatile.Read(ref _change).Task, Task.Delay(500));

    public Task OpenAsync(CancellationToken cancellation)
        => IsUsed ? _opened.Task.WaitAsync(cancellation) : throw new InvalidOperationException("This app has no durable functions.");

    /// <summary>Starts an instance unless one with its id exists that <paramref name="blocks"/> says must stay.</summary>
    /// <returns>Null where one must stay.</returns>
    public async Task<InstanceState?> StartAsync(InstanceState wanted, DateTime? at, Func<InstanceState, bool> blocks, CancellationToken cancellation)
    {
        var gate = _gates[(uint)wanted.Id.GetHashCode() % _gates.Length];
        await gate.WaitAsync(cancellation);
        try
        {
            if (Find(wanted.Id) is { } present)
            {
                if (blocks(present.State)) return null;
                await present.TellAsync(new HistoryEvent(EventKind.ExecutionTerminated, Now()) { Payload = "\"Replaced by a new instance.\"" });
                while (Find(wanted.Id) is not null) await ChangeAsync().WaitAsync(cancellation);
            }

            var there = await Store.GetHeadAsync(wanted.Id, cancellation);
            if (there is { } old && blocks(old.State)) return null;
            List<HistoryEvent> begin =
            [
                new HistoryEvent(EventKind.ExecutionStarted, Now()) { Name = wanted.Name, Payload = wanted.Input, Execution = wanted.Execution, Parent = wanted.Parent, Tags = wanted.Tags, FireAt = at },
            ];
            var (log, position) = await WriteStartAsync(wanted, begin);
            string? tag = null;
            await InsistAsync(async () => tag = await Store.PutHeadAsync(wanted, there?.Tag, cancellation), Pause);
            if (tag is null) return null;
            if (there is not null) await Store.DeleteAsync(wanted.Id, wanted.Execution, cancellation);
            var live = new LiveInstance(this, wanted, tag);
            live.Load(log, position);
            _live[wanted.Id] = live;
            BeginInTime(live);
            return wanted;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Lets a failed instance go on: what failed in it runs again, in its failed sub-orchestrations too.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="InvalidOperationException">It has not failed.</exception>
    public async Task RewindAsync(string id, HistoryEvent order, CancellationToken cancellation)
    {
        await OpenAsync(cancellation);
        List<string> rewound = [];
        await PutBackAsync(id, order, rewound, cancellation);
        // None begins before all are written, and parents first: what a child does may depend on whether its root still runs.
        foreach (string each in rewound) await TakeUpAsync(each, cancellation);
    }

    public Task ActAsync(LiveInstance instance, string execution, IReadOnlyList<HistoryEvent> steps)
    {
        List<Task> others = [];
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case EventKind.TaskScheduled:
                    _activities.Add(new ActivityWork(instance, execution, step));
                    break;
                case EventKind.TimerCreated:
                    _timers.At(step.FireAt!.Value, () => instance.TellAsync(new HistoryEvent(EventKind.TimerFired, Now()) { Id = step.Id, FireAt = step.FireAt }, execution));
                    break;
                case EventKind.EventSent:
                    if (Find(step.Instance!) is { } hears)
                        others.Add(hears.TellAsync(new HistoryEvent(EventKind.EventRaised, Now())
                        {
                            Name = step.Name, Payload = step.Payload, Instance = instance.State.Id, Execution = execution, Id = step.Id,
                        }));
                    break;
                case EventKind.SubOrchestrationInstanceCreated:
                    others.Add(Task.Run(() => StartChildAsync(instance, execution, step)));
                    break;
            }
        }

        return Task.WhenAll(others);
    }

    public void Changed(LiveInstance instance)
        => Interlocked.Exchange(ref _change, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    public async Task EndChildrenAsync(LiveInstance instance, Outcome end)
    {
        foreach (var child in instance.History.Where(e => e.Kind == EventKind.SubOrchestrationInstanceCreated))
            if (Find(child.Instance!) is { } running)
                await running.TellAsync(new HistoryEvent(EventKind.ExecutionTerminated, Now()) { Payload = end.Output, Flag = true });
    }

    public void Ended(LiveInstance instance)
    {
        _live.TryRemove(new(instance.State.Id, instance));
        Changed(instance);
        if (instance.State.Parent is { } parent) Tell(parent, instance.State);
    }

    public void Lost(LiveInstance instance)
    {
        _live.TryRemove(new(instance.State.Id, instance));
        Log.LogWarning("{Instance}: another host has gone on with this instance; reading it again.", instance.State.Id);
        _ = Task.Run(async () =>
        {
            await Task.Delay(Pause, _stop.Token);
            await TakeUpAsync(instance.State.Id, _stop.Token);
        });
    }

    // Results that have come in are still written. Then no turn begins any more: the app's services go next, and an orchestrator
    // that cannot have them must not be taken for one that failed.
    private async Task CloseAsync()
    {
        for (int looks = 0; _activities.Unwritten > 0 && looks < 500; looks++) await Task.Delay(10);
        for (int i = 0; i < Settings.Orchestrators; i++) await Turns.WaitAsync(TimeSpan.FromSeconds(5));
    }

    private async Task PutBackAsync(string id, HistoryEvent order, List<string> rewound, CancellationToken cancellation)
    {
        var (state, tag) = await Store.GetHeadAsync(id, cancellation) ?? throw new ArgumentException($"No instance with ID '{id}' was found.", nameof(id));
        if (Find(id) is not null || state.Status != OrchestrationRuntimeStatus.Failed)
            throw new InvalidOperationException($"The instance '{id}' is {Find(id)?.State.Status ?? state.Status}; only a failed one can be rewound.");
        string name = HubNames.Log(id, state.Execution);
        byte[] log = await Store.ReadLogAsync(name, cancellation) ?? throw new InvalidOperationException($"The history of the instance '{id}' is missing.");
        try
        {
            await Store.AppendAsync(name, log.Length, Encoding.UTF8.GetBytes(order.ToLine()), cancellation);
        }
        catch (StaleLogException)
        {
            throw new InvalidOperationException($"The instance '{id}' has just been rewound by somebody else.");
        }

        if (await Store.PutHeadAsync(state with { Status = OrchestrationRuntimeStatus.Running, Output = null, Failure = null, Updated = Now() }, tag, cancellation) is null) return;
        rewound.Add(id);
        var history = Rewinding.Of([.. HistoryEvent.Parse(Encoding.UTF8.GetString(log))]);
        foreach (var failure in Rewinding.Failures(history).Where(f => f.Kind == EventKind.SubOrchestrationInstanceFailed))
            if (history.First(e => e.IsStep && e.Id == failure.Id).Instance is { } child && Find(child) is null && await Store.GetHeadAsync(child, cancellation) is { State.Status: OrchestrationRuntimeStatus.Failed })
                await PutBackAsync(child, order, rewound, cancellation);
    }

    private async Task TakeUpAsync(string id, CancellationToken cancellation)
    {
        try
        {
            if (Find(id) is not null || await Store.GetHeadAsync(id, cancellation) is not { } head || head.State.Ended) return;
            var live = new LiveInstance(this, head.State, head.Tag);
            if (!_live.TryAdd(id, live)) return;
            await live.LoadAsync(cancellation);
            BeginInTime(live);
        }
        catch (StaleLogException)
        {
            Log.LogError("{Instance}: its history is missing; it cannot go on.", id);
            _live.TryRemove(id, out _);
        }
    }

    private void BeginInTime(LiveInstance live)
    {
        if (live.StartAt <= Now())
        {
            live.Begin();
            return;
        }

        live.Await();
        _timers.At(live.StartAt, live.Begin);
    }

    private async Task StartChildAsync(LiveInstance parent, string execution, HistoryEvent step)
    {
        Enter();
        var link = new ParentLink(parent.State.Name, parent.State.Id, execution, step.Id!.Value);
        try
        {
            var child = new InstanceState(step.Instance!, Guid.NewGuid().ToString("N"), step.Name!, OrchestrationRuntimeStatus.Pending, Now(), Now()) { Input = step.Payload, Parent = link, Tags = step.Tags };
            if (_functions.Orchestrator(step.Name!) is null)
            {
                Tell(link, child with { Status = OrchestrationRuntimeStatus.Failed, Failure = _functions.Unknown(step.Name!, "orchestrator") });
                return;
            }

            // Started before a crash: not again, and where it has ended since, its end is told again.
            if (await StartAsync(child, null, there => there.Parent == link || !there.Ended, _stop.Token) is not null) return;
            var present = await StateOfAsync(child.Id, _stop.Token);
            if (present?.Parent != link)
                Tell(link, child with { Status = OrchestrationRuntimeStatus.Failed, Failure = new TaskFailureDetails("DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException", $"An orchestration instance with the ID '{child.Id}' exists already.", null, null, null) });
            else if (present.Ended)
                Tell(link, present);
        }
        catch (OperationCanceledException)
        {
            // The host stops; the parent's log has the step.
        }
        finally
        {
            Leave();
        }
    }

    private void Tell(ParentLink parent, InstanceState child)
    {
        if (Find(parent.Instance) is not { } waiting) return;
        bool good = child.Status == OrchestrationRuntimeStatus.Completed;
        _ = waiting.TellAsync(
            new HistoryEvent(good ? EventKind.SubOrchestrationInstanceCompleted : EventKind.SubOrchestrationInstanceFailed, Now())
            {
                Id = parent.Step,
                Name = child.Name,
                Payload = good ? child.Output : null,
                Failure = good ? null : child.Failure ?? new TaskFailureDetails("DurableTask.Core.Exceptions.SubOrchestrationFailedException", $"The orchestration was terminated: {child.Output}", null, null, null),
            },
            parent.Execution);
    }
}
