namespace LocalFunctionsHost.Durable;

/// <summary>
/// Where an orchestrator's continuations run: on the thread of the turn, one after another. A continuation that comes from another thread,
/// or after the turn, shows that the orchestrator awaited something that is not durable.
/// </summary>
internal sealed class TurnSynchronization(Action foreign) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Work, object? State)> _posts = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile bool _closed;

    public bool IsCurrent => !_closed && Environment.CurrentManagedThreadId == _thread && ReferenceEquals(Current, this);

    public bool SawForeign { get; private set; }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!_closed && Environment.CurrentManagedThreadId == _thread)
        {
            _posts.Enqueue((d, state));
            return;
        }

        SawForeign = true;
        if (_closed) foreign();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsCurrent) d(state);
        else Post(d, state);
    }

    public override SynchronizationContext CreateCopy() => this;

    public void Pump()
    {
        while (_posts.TryDequeue(out var post)) post.Work(post.State);
    }

    public void Close() => _closed = true;
}
