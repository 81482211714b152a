namespace LocalFunctionsHost;

/// <summary>Counts what runs, so that a stop takes no new work and waits for the rest.</summary>
internal sealed class Running : IDisposable
{
    private readonly CancellationTokenSource _abandon = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _count;
    private bool _stopping;

    /// <summary>Fires when the grace period is over: what still runs is abandoned.</summary>
    public CancellationToken Abandoned => _abandon.Token;

    public bool TryEnter(out CancellationToken abandoned)
    {
        abandoned = _abandon.Token;
        lock (_gate)
        {
            if (_stopping) return false;
            _count++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_count == 0 && _stopping) _idle.TrySetResult();
        }
    }

    /// <summary>No new work from here on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _stopping = true;
            if (_count == 0) _idle.TrySetResult();
        }
    }

    /// <summary>Waits for running work; cancels it after <paramref name="grace"/> and waits a little more.</summary>
    public async Task DrainAsync(TimeSpan grace, TimeSpan afterCancel)
    {
        Close();
        if (await Task.WhenAny(_idle.Task, Task.Delay(grace)) == _idle.Task) return;
        await _abandon.CancelAsync();
        await Task.WhenAny(_idle.Task, Task.Delay(afterCancel));
    }

    public void Dispose() => _abandon.Dispose();
}
