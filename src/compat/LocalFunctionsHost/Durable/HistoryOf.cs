using System.Text;

namespace LocalFunctionsHost.Durable;

/// <summary>The history of an instance that may be over, read from storage.</summary>
internal static class HistoryOf
{
    public static async Task<IReadOnlyList<HistoryEvent>> ReadAsync(IHubStore store, InstanceState state, bool payloads, CancellationToken cancellation)
    {
        if (await store.ReadLogAsync(HubNames.Log(state.Id, state.Execution), cancellation) is not { } log) return [];
        List<HistoryEvent> history = [.. HistoryEvent.Parse(Encoding.UTF8.GetString(log))];
        for (int i = 0; payloads && i < history.Count; i++)
            if (history[i].Blob is { } blob) history[i] = history[i] with { Payload = await store.GetPayloadAsync(blob, cancellation) };
        return history;
    }

    public static async Task<IReadOnlyList<string>> ChildrenAsync(IHubStore store, InstanceState state, CancellationToken cancellation)
        => [.. (await ReadAsync(store, state, false, cancellation)).Where(e => e.Kind == EventKind.SubOrchestrationInstanceCreated).Select(e => e.Instance!)];
}
