using System.Text;
using LocalFunctionsHost.Invocation;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Durable;

/// <summary>
/// One instance at work. Facts come into its mailbox; a turn takes all of them, runs the orchestrator over the history and writes facts and
/// new steps in one append. Only what is written is acted on: a crash loses no step and no fact that was acknowledged.
/// </summary>
internal sealed class LiveInstance
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private readonly IEngine _parts;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = [];
    private readonly List<Task> _reaching = [];
    private List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> _mailbox = [];
    private List<HistoryEvent> _history = [];
    private string _tag;
    private long _position;
    // Busy until its log is there: what is told before stays in the mailbox.
    private bool _busy = true;
    private bool _begun;
    private bool _waiting;
    private bool _resume;
    private bool _gone;

    public LiveInstance(IEngine parts, InstanceState state, string tag)
    {
        _parts = parts;
        State = state;
        _tag = tag;
    }

    /// <summary>What callers see; replaced, never changed.</summary>
    public InstanceState State { get; private set; }

    /// <summary>The steps that wait, as of the last turn.</summary>
    public IReadOnlyList<HistoryEvent> Open { get; private set; } = [];

    public IReadOnlyList<HistoryEvent> History => _history;

    private string Log => HubNames.Log(State.Id, State.Execution);

    private bool TakesChildren => _history.Any(e => e is { Kind: EventKind.ExecutionTerminated, Flag: true });

    /// <summary>Puts a fact before the orchestrator. The task ends when it is written (true), or dropped because nobody waits for it (false).</summary>
    public Task<bool> TellAsync(HistoryEvent fact, string? execution = null)
    {
        var written = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            // A result for an execution that has since continued as new is nobody's.
            if (_gone || (execution is not null && execution != State.Execution)) return Task.FromResult(false);
            _mailbox.Add((fact, written));
        }

        Wake();
        return written.Task;
    }

    /// <summary>When it is to begin; the beginning of time where it has begun.</summary>
    public DateTime StartAt => State.Status == OrchestrationRuntimeStatus.Pending ? _history[0].FireAt ?? DateTime.MinValue : DateTime.MinValue;

    /// <summary>Reads the log that storage has.</summary>
    /// <exception cref="StaleLogException">There is none.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        byte[] log = await _parts.Store.ReadLogAsync(Log, cancellation) ?? throw new StaleLogException(Log);
        var history = Rewinding.Of([.. HistoryEvent.Parse(Encoding.UTF8.GetString(log))]);
        for (int i = 0; i < history.Count; i++)
            if (history[i].Blob is { } blob) history[i] = history[i] with { Payload = await _parts.Store.GetPayloadAsync(blob, cancellation) };
        State = State with { CustomStatus = history.LastOrDefault(e => e.Kind == EventKind.CustomStatus)?.Payload ?? State.CustomStatus };
        Load(history, log.Length);
    }

    /// <summary>Takes the log that the engine has just written.</summary>
    public void Load(IReadOnlyList<HistoryEvent> written, long position)
    {
        _history = [.. written];
        _position = position;
        foreach (var entry in written) Note(entry);
    }

    /// <summary>Keeps what it is told in the log until it begins.</summary>
    public void Await()
    {
        lock (_gate)
        {
            _waiting = true;
            _busy = false;
        }

        Wake();
    }

    /// <summary>Goes on where the log ends. Once only: a start that was waited for may come after an order to end.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            if (_begun) return;
            _begun = true;
            if (!_waiting) _busy = false;
            _waiting = false;
            _resume = true;
        }

        Wake();
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_busy || _gone || (_mailbox.Count == 0 && !_resume)) return;
            _busy = true;
        }

        _ = Task.Run(RunAsync, CancellationToken.None);
    }

    private async Task RunAsync()
    {
        _parts.Enter();
        try
        {
            while (true)
            {
                List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> batch;
                bool resumed, waiting;
                lock (_gate)
                {
                    if (_mailbox.Count == 0 && !_resume)
                    {
                        _busy = false;
                        return;
                    }

                    // First of all what the log holds is taken up; what was told since comes after.
                    resumed = _resume;
                    waiting = _waiting;
                    batch = resumed ? [] : _mailbox;
                    if (!resumed) _mailbox = [];
                    _resume = false;
                }

                Outcome? end = null;
                await _parts.Turns.WaitAsync();
                try
                {
                    if (waiting) await KeepAsync(batch);
                    else end = await TurnAsync(batch, resumed);
                }
                catch
                {
                    foreach (var (_, source) in batch) source.TrySetResult(false);
                    throw;
                }
                finally
                {
                    _parts.Turns.Release();
                }

                // Outside the turn: it may have to wait for turns of children.
                if (end is not null) await FinishAsync(end);
                if (_gone) return;
            }
        }
        catch (StaleLogException)
        {
            Leave();
            _parts.Lost(this);
        }
        catch (OperationCanceledException)
        {
            // The host stops; the log has all that counts.
            Leave();
        }
        catch (Exception failure)
        {
            _parts.Log.LogError(failure, "{Instance}: the instance stands still.", State.Id);
            Leave();
        }
        finally
        {
            _parts.Leave();
        }
    }

    // Facts of a mailbox that the history does not have yet, long payloads spilled.
    private async Task<(List<HistoryEvent> Facts, List<TaskCompletionSource<bool>> Written)> OpenAsync(List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> batch)
    {
        List<HistoryEvent> facts = [];
        List<TaskCompletionSource<bool>> written = [];
        foreach (var (fact, source) in batch)
        {
            if (IsKnown(fact))
            {
                source.TrySetResult(false);
                continue;
            }

            facts.Add(await SpillAsync(fact));
            written.Add(source);
            Note(fact);
        }

        return (facts, written);
    }

    // Before its start the facts are only written; the first turn finds them. An order to end is not waited for.
    private async Task KeepAsync(List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> batch)
    {
        var (facts, written) = await OpenAsync(batch);
        if (facts.Count == 0) return;
        await WriteAsync(facts);
        foreach (var fact in facts)
        {
            if (fact.Kind == EventKind.ExecutionSuspended) State = State with { Status = OrchestrationRuntimeStatus.Suspended, Updated = fact.At };
            if (fact.Kind == EventKind.ExecutionResumed) State = State with { Status = OrchestrationRuntimeStatus.Pending, Updated = fact.At };
        }

        foreach (var source in written) source.TrySetResult(true);
        _parts.Changed(this);
        if (facts.Any(f => f.Kind == EventKind.ExecutionTerminated)) Begin();
    }

    private async Task<Outcome?> TurnAsync(List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> batch, bool resumed)
    {
        var (facts, written) = await OpenAsync(batch);

        // A log read again may end with facts that no turn has taken, or within a turn.
        bool unfinished = resumed && _history[^1].Kind is not (EventKind.TurnEnd or EventKind.ExecutionCompleted or EventKind.ContinueAsNew);
        if (facts.Count == 0 && !resumed) return null;
        bool inside = unfinished && IsInsideTurn();
        bool turn = facts.Count > 0 || unfinished;
        List<HistoryEvent> add = [];
        if (turn && !inside) add.AddRange([.. facts, new HistoryEvent(EventKind.Turn, _parts.Now())]);
        var run = await _parts.RunAsync(State, [.. _history, .. add]);
        if (turn)
        {
            foreach (var step in run.New) add.Add(await SpillAsync(step));
            if (run.End is { } end) add.Add(EndOf(end));
            add.Add(new HistoryEvent(EventKind.TurnEnd, _parts.Now()));
            await WriteAsync(add);
        }

        Open = run.Open;
        string? status = run.CustomStatus;
        State = State with
        {
            CustomStatus = status,
            Updated = _parts.Now(),
            Status = run.Suspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running,
        };
        foreach (var source in written) source.TrySetResult(true);
        IEnumerable<HistoryEvent> steps = resumed ? run.Open.Concat(_history.Where(e => e.Kind == EventKind.EventSent)) : run.New.Where(s => s.IsStep);
        // Of an execution that is over only what reaches others still matters; children of one that takes them along do not begin.
        if (run.End is not null) steps = steps.Where(s => s.Kind is EventKind.EventSent || (s.Kind is EventKind.SubOrchestrationInstanceCreated && !TakesChildren));
        _reaching.RemoveAll(task => task.IsCompleted);
        _reaching.Add(_parts.ActAsync(this, State.Execution, [.. steps]));
        _parts.Changed(this);
        return run.End;
    }

    private bool IsInsideTurn()
    {
        for (int i = _history.Count - 1; i >= 0; i--)
        {
            if (_history[i].Kind == EventKind.TurnEnd) return false;
            if (_history[i].Kind == EventKind.Turn) return true;
        }

        return false;
    }

    private HistoryEvent EndOf(Outcome end) => end.Status == OrchestrationRuntimeStatus.ContinuedAsNew
        ? new HistoryEvent(EventKind.ContinueAsNew, _parts.Now())
        : new HistoryEvent(EventKind.ExecutionCompleted, _parts.Now()) { Status = end.Status.ToString(), Failure = end.Failure };

    private async Task WriteAsync(List<HistoryEvent> add)
    {
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(add.Select(e => e.ToLine())));
        await _parts.InsistAsync(() => _parts.Store.AppendAsync(Log, _position, lines, CancellationToken.None), Pause);
        _position += lines.Length;
        _history = [.. _history, .. add];
    }

    private async Task FinishAsync(Outcome end)
    {
        // Nobody would send again what an execution that is over has sent: first the others have it.
        var reached = Task.WhenAll(_reaching);
        while (await Task.WhenAny(reached, Task.Delay(Look)) != reached) end = await TakeSentAsync(end);
        if (end.Status == OrchestrationRuntimeStatus.ContinuedAsNew)
        {
            await ContinueAsync(end);
            _parts.Changed(this);
            return;
        }

        var ended = State with { Status = end.Status, Output = end.Output, Failure = end.Failure, Updated = _parts.Now() };
        // Children first: after a crash in between, this instance has not ended and ends them again.
        if (TakesChildren) await _parts.EndChildrenAsync(this, end);
        await PutHeadAsync(ended);
        State = ended;
        Leave();
        _parts.Ended(this);
    }

    // Two instances may reach each other at their ends. What others sent is taken while this one waits for them, so that they need not.
    private async Task<Outcome> TakeSentAsync(Outcome end)
    {
        List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> sent;
        lock (_gate)
        {
            sent = [.. _mailbox.Where(m => m.Fact is { Kind: EventKind.EventRaised, Id: not null })];
            _mailbox.RemoveAll(sent.Contains);
        }

        if (sent.Count == 0) return end;
        if (end.Status != OrchestrationRuntimeStatus.ContinuedAsNew)
        {
            foreach (var (_, source) in sent) source.TrySetResult(false);
            return end;
        }

        var (facts, written) = await OpenAsync(sent);
        await WriteAsync(facts);
        foreach (var source in written) source.TrySetResult(true);
        return end with { Carried = [.. end.Carried, .. facts] };
    }

    // The new log is written before the head names it, and the old one removed after: at each moment one of them is whole.
    private async Task ContinueAsync(Outcome end)
    {
        var next = State with { Execution = Guid.NewGuid().ToString("N"), Input = end.Output, Updated = _parts.Now(), Status = OrchestrationRuntimeStatus.Running };
        var start = _history.First(e => e.Kind == EventKind.ExecutionStarted);
        List<HistoryEvent> begin = [start with { At = _parts.Now(), Payload = end.Output, Blob = null, Execution = next.Execution }, .. end.Carried.Select(e => e with { Blob = null })];
        var (log, position) = await _parts.WriteStartAsync(next, begin);
        await PutHeadAsync(next);
        lock (_gate)
        {
            State = next;
            _told.Clear();
            _history = log;
            _position = position;
            foreach (var entry in log) Note(entry);
            // Results of the old execution's steps are nobody's; events and orders stay in the mailbox.
            foreach (var (fact, source) in _mailbox.Where(m => m.Fact.IsCompletion)) source.TrySetResult(false);
            _mailbox.RemoveAll(m => m.Fact.IsCompletion);
        }

        await _parts.InsistAsync(() => _parts.Store.DeleteAsync(next.Id, next.Execution, CancellationToken.None), Pause);
        lock (_gate) _resume = true;
    }

    private async Task PutHeadAsync(InstanceState state)
    {
        string? tag = null;
        await _parts.InsistAsync(async () => tag = await _parts.Store.PutHeadAsync(state, _tag, CancellationToken.None), Pause);
        if (tag is null)
        {
            // Written by an attempt whose answer was lost, or by another host.
            var there = await _parts.Store.GetHeadAsync(state.Id, CancellationToken.None);
            if (there is null || there.Value.State.Execution != state.Execution || there.Value.State.Status != state.Status) throw new StaleLogException(Log);
            tag = there.Value.Tag;
        }

        _tag = tag;
    }

    private void Leave()
    {
        List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> rest;
        lock (_gate)
        {
            _gone = true;
            rest = _mailbox;
            _mailbox = [];
        }

        foreach (var (_, source) in rest) source.TrySetResult(false);
    }

    private bool IsKnown(HistoryEvent fact) => KeyOf(fact) is { } key && _told.Contains(key);

    private void Note(HistoryEvent entry)
    {
        if (KeyOf(entry) is { } key) _told.Add(key);
    }

    // What can be told twice: a step's completion, and an event sent by an orchestrator.
    private static string? KeyOf(HistoryEvent entry) => entry.IsCompletion ? $"#{entry.Id}"
        : entry is { Kind: EventKind.EventRaised, Id: { } step } ? $"{entry.Instance}/{entry.Execution}#{step}"
        : null;

    private async Task<HistoryEvent> SpillAsync(HistoryEvent entry)
    {
        if (entry.Payload is null || entry.Payload.Length <= _parts.Settings.MaxInline || entry.Blob is not null) return entry;
        string name = HubNames.Payload(State.Id, State.Execution, Guid.NewGuid().ToString("N"));
        await _parts.InsistAsync(() => _parts.Store.PutPayloadAsync(name, entry.Payload, CancellationToken.None), Pause);
        return entry with { Blob = name };
    }
}
