using System.Runtime.CompilerServices;

namespace LocalFunctionsHost.Durable;

/// <summary>A task hub in memory, for orchestration tests; it may be given to a second engine, as storage outlives a process.</summary>
internal sealed class MemoryHubStore : IHubStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (InstanceState State, int Tag)> _heads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemoryStream> _logs = [];
    private readonly Dictionary<string, string> _payloads = [];
    private int _tags;

    public Task OpenAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task CreateLogAsync(string log, CancellationToken cancellation) => Locked(() => _logs[log] = new MemoryStream());

    public Task AppendAsync(string log, long position, byte[] lines, CancellationToken cancellation) => Locked(() =>
    {
        if (!_logs.TryGetValue(log, out var stream) || stream.Length != position) throw new StaleLogException(log);
        stream.Write(lines);
        return 0;
    });

    public Task<byte[]?> ReadLogAsync(string log, CancellationToken cancellation) => Locked(() => _logs.TryGetValue(log, out var stream) ? stream.ToArray() : null);

    public Task PutPayloadAsync(string name, string text, CancellationToken cancellation) => Locked(() => _payloads[name] = text);

    public Task<string> GetPayloadAsync(string name, CancellationToken cancellation) => Locked(() => _payloads[name]);

    public Task<(InstanceState State, string Tag)?> GetHeadAsync(string id, CancellationToken cancellation)
        => Locked<(InstanceState, string)?>(() => _heads.TryGetValue(id, out var head) ? (head.State, head.Tag.ToString()) : null);

    public Task<string?> PutHeadAsync(InstanceState state, string? tag, CancellationToken cancellation) => Locked(() =>
    {
        if (_heads.TryGetValue(state.Id, out var there) ? there.Tag.ToString() != tag : tag is not null) return null;
        _heads[state.Id] = (state, ++_tags);
        return _tags.ToString();
    });

    public async IAsyncEnumerable<(IReadOnlyList<InstanceState> Heads, string? Next)> ListAsync(string prefix, string? from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var heads = await Locked(() => _heads.Values.Select(h => h.State).Where(h => h.Id.StartsWith(prefix, StringComparison.Ordinal)).ToList());
        yield return (heads, null);
    }

    public Task DeleteAsync(string id, string? keepExecution, CancellationToken cancellation) => Locked(() =>
    {
        if (keepExecution is null) _heads.Remove(id);
        foreach (string name in _logs.Keys.Concat(_payloads.Keys).Where(k => k.StartsWith(HubNames.Folder(id), StringComparison.Ordinal)).ToList())
        {
            if (keepExecution is not null && name[HubNames.Folder(id).Length..].StartsWith(keepExecution, StringComparison.Ordinal)) continue;
            _logs.Remove(name);
            _payloads.Remove(name);
        }

        return 0;
    });

    private Task<T> Locked<T>(Func<T> work)
    {
        try
        {
            lock (_gate) return Task.FromResult(work());
        }
        catch (StaleLogException stale)
        {
            return Task.FromException<T>(stale);
        }
    }
}
