namespace LocalFunctionsHost.Durable;

/// <summary>The log of another writer is longer than this one knows: somebody else owns the instance now.</summary>
internal sealed class StaleLogException(string log) : Exception($"The history '{log}' was written by another host.");

/// <summary>Where a task hub's instances live: a head and logs per instance, payloads beside them.</summary>
internal interface IHubStore
{
    Task OpenAsync(CancellationToken cancellation);

    /// <summary>Starts an empty log, or empties one left behind by a crash.</summary>
    Task CreateLogAsync(string log, CancellationToken cancellation);

    /// <summary>Appends whole lines at <paramref name="position"/>; all of them or none.</summary>
    /// <exception cref="StaleLogException">The log does not end at <paramref name="position"/>.</exception>
    Task AppendAsync(string log, long position, byte[] lines, CancellationToken cancellation);

    /// <summary>Null where there is no such log.</summary>
    Task<byte[]?> ReadLogAsync(string log, CancellationToken cancellation);

    Task PutPayloadAsync(string name, string text, CancellationToken cancellation);

    Task<string> GetPayloadAsync(string name, CancellationToken cancellation);

    /// <summary>Null where there is none; the tag is for <see cref="PutHeadAsync"/>.</summary>
    Task<(InstanceState State, string Tag)?> GetHeadAsync(string id, CancellationToken cancellation);

    /// <summary>Writes a head that must be new (<paramref name="tag"/> null) or still have the tag; null where it is otherwise.</summary>
    Task<string?> PutHeadAsync(InstanceState state, string? tag, CancellationToken cancellation);

    /// <summary>Heads without input, output and status, in the order of ids, some at a time.</summary>
    IAsyncEnumerable<(IReadOnlyList<InstanceState> Heads, string? Next)> ListAsync(string prefix, string? from, CancellationToken cancellation);

    /// <summary>Removes everything of an instance but the execution to keep.</summary>
    Task DeleteAsync(string id, string? keepExecution, CancellationToken cancellation);
}

/// <summary>Names inside a hub. The sign before the id keeps "." and ".." from being folders.</summary>
internal static class HubNames
{
    public const string Mark = "@";

    public static string Folder(string id) => $"{Mark}{id}/";

    public static string Head(string id) => $"{Mark}{id}/head.json";

    public static string Log(string id, string execution) => $"{Mark}{id}/{execution}.log";

    public static string Payload(string id, string execution, string name) => $"{Mark}{id}/{execution}.payloads/{name}";
}
