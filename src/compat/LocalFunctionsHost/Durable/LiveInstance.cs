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
    private readonly IEngine _parts;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = [];
    private List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> _mailbox = [];
    private List<HistoryEvent> _history = [];
    private string _tag;
    private long _position;
    // Busy until it has begun: what is told before waits in the mailbox.
    private bool _busy = true;
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

    /// <summary>Reads the log and goes on where it ends.</summary>
    public async Task ResumeAsync(CancellationToken cancellation)
    {
        byte[] log = await _parts.Store.ReadLogAsync(Log, cancellation) ?? throw new StaleLogException(Log);
        _position = log.Length;
        _history = [.. HistoryEvent.Parse(Encoding.UTF8.GetString(log))];
        for (int i = 0; i < _history.Count; i++)
        {
            if (_history[i].Blob is { } blob) _history[i] = _history[i] with { Payload = await _parts.Store.GetPayloadAsync(blob, cancellation) };
            Note(_history[i]);
        }

        State = State with { CustomStatus = _history.LastOrDefault(e => e.Kind == EventKind.CustomStatus)?.Payload ?? State.CustomStatus };
        _ = Task.Run(() => RunAsync(resumed: true), CancellationToken.None);
    }

    /// <summary>Begins with the log that the engine has just written.</summary>
    public void Begin(IReadOnlyList<HistoryEvent> written, long position)
    {
        _history = [.. written];
        _position = position;
        foreach (var entry in written) Note(entry);
        _ = Task.Run(() => RunAsync(resumed: true), CancellationToken.None);
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_busy || _gone || _mailbox.Count == 0) return;
            _busy = true;
        }

        _ = Task.Run(() => RunAsync(resumed: false), CancellationToken.None);
    }

    private async Task RunAsync(bool resumed)
    {
        _parts.Enter();
        try
        {
            while (true)
            {
                List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> batch;
                lock (_gate)
                {
                    if (_mailbox.Count == 0 && !resumed)
                    {
                        _busy = false;
                        return;
                    }

                    // First of all what the log holds is taken up; what was told since comes after.
                    batch = resumed ? [] : _mailbox;
                    if (!resumed) _mailbox = [];
                }

                await _parts.Turns.WaitAsync();
                try
                {
                    await TurnAsync(batch, resumed);
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

                resumed = false;
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

    private async Task TurnAsync(List<(HistoryEvent Fact, TaskCompletionSource<bool> Written)> batch, bool resumed)
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

        // A log read again may end with facts that no turn has taken, or within a turn.
        bool unfinished = resumed && _history[^1].Kind is not (EventKind.TurnEnd or EventKind.ExecutionCompleted or EventKind.ContinueAsNew);
        if (facts.Count == 0 && !resumed) return;
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
        // Of an execution that is over only what reaches others still matters.
        if (run.End is not null) steps = steps.Where(s => s.Kind is EventKind.EventSent or EventKind.SubOrchestrationInstanceCreated);
        _parts.Act(this, State.Execution, [.. steps]);
        if (run.End is { } done) await FinishAsync(done);
        _parts.Changed(this);
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
        if (end.Status == OrchestrationRuntimeStatus.ContinuedAsNew)
        {
            await ContinueAsync(end);
            return;
        }

        var ended = State with { Status = end.Status, Output = end.Output, Failure = end.Failure, Updated = _parts.Now() };
        await PutHeadAsync(ended);
        State = ended;
        Leave();
        await _parts.EndedAsync(this, [.. _history.Where(e => e.Kind == EventKind.SubOrchestrationInstanceCreated)]);
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
            foreach (var (fact, source) in _mailbox.Where(m => Completes(m.Fact))) source.TrySetResult(false);
            _mailbox.RemoveAll(m => Completes(m.Fact));
        }

        await _parts.InsistAsync(() => _parts.Store.DeleteAsync(next.Id, next.Execution, CancellationToken.None), Pause);
        await TurnAsync([], resumed: true);
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

    private static bool Completes(HistoryEvent entry) => entry.Kind is EventKind.TaskCompleted or EventKind.TaskFailed or EventKind.TimerFired
        or EventKind.SubOrchestrationInstanceCompleted or EventKind.SubOrchestrationInstanceFailed;

    private bool IsKnown(HistoryEvent fact) => KeyOf(fact) is { } key && _told.Contains(key);

    private void Note(HistoryEvent entry)
    {
        if (KeyOf(entry) is { } key) _told.Add(key);
    }

    // What can be told twice: a step's completion, and an event sent by an orchestrator.
    private static string? KeyOf(HistoryEvent entry) => Completes(entry) ? $"#{entry.Id}"
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
