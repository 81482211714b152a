using Microsoft.DurableTask;

namespace LocalFunctionsHost.Durable;

/// <summary>External events: names without case, kept when early, one event to one waiter, the newest waiter first.</summary>
internal sealed class EventBoard
{
    private readonly Dictionary<string, List<Waiting>> _waiting = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryEvent> _unread = [];

    public bool HasWaiters => _waiting.Values.Any(list => list.Count > 0);

    public IReadOnlyList<HistoryEvent> Unread => _unread;

    public void Raise(HistoryEvent raised)
    {
        if (_waiting.TryGetValue(raised.Name!, out var list) && list.Count > 0)
        {
            var newest = list[^1];
            list.RemoveAt(list.Count - 1);
            newest.Give(raised.Payload);
        }
        else
        {
            _unread.Add(raised);
        }
    }

    public Task<T> WaitAsync<T>(string name, DataConverter converter, CancellationToken cancellation)
    {
        var source = new TaskCompletionSource<T>();
        var waiting = new Waiting(payload =>
        {
            try
            {
                source.TrySetResult(converter.Deserialize<T>(payload)!);
            }
            catch (System.Text.Json.JsonException unreadable)
            {
                source.TrySetException(unreadable);
            }
        });
        int early = _unread.FindIndex(e => e.Name!.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (early >= 0)
        {
            string? payload = _unread[early].Payload;
            _unread.RemoveAt(early);
            waiting.Give(payload);
            return source.Task;
        }

        if (cancellation.IsCancellationRequested) return Task.FromCanceled<T>(cancellation);
        if (!_waiting.TryGetValue(name, out var list)) _waiting[name] = list = [];
        list.Add(waiting);
        if (cancellation.CanBeCanceled)
            cancellation.Register(() =>
            {
                if (list.Remove(waiting)) source.TrySetCanceled(cancellation);
            });
        return source.Task;
    }

    private sealed record Waiting(Action<string?> Give);
}
