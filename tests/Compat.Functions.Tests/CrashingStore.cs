using System.Runtime.CompilerServices;
using System.Text;
using LocalFunctionsHost.Durable;

namespace Compat.Functions.Tests;

/// <summary>How a write is cut off by a kill.</summary>
public enum Cut
{
    /// <summary>Storage never sees it.</summary>
    Before,

    /// <summary>Storage has half of an append: its last block did not arrive.</summary>
    Within,

    /// <summary>Storage has it, the host never learns.</summary>
    After,
}

/// <summary>A hub whose host is killed at one of its writes: that one is cut off, and nothing after it is read or written.</summary>
internal sealed class CrashingStore(IHubStore inner, int fatal, Cut cut) : IHubStore
{
    private readonly TaskCompletionSource _dead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _writes;

    /// <summary>Ends when the fatal write was made.</summary>
    public Task Dead => _dead.Task;

    public Task OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public Task CreateLogAsync(string log, CancellationToken cancellation) => WriteAsync(() => inner.CreateLogAsync(log, cancellation));

    public Task AppendAsync(string log, long position, byte[] lines, CancellationToken cancellation)
        => WriteAsync(() => inner.AppendAsync(log, position, lines, cancellation), () => inner.AppendAsync(log, position, FirstHalf(lines), cancellation));

    public Task PutPayloadAsync(string name, string text, CancellationToken cancellation) => WriteAsync(() => inner.PutPayloadAsync(name, text, cancellation));

    public async Task<string?> PutHeadAsync(InstanceState state, string? tag, CancellationToken cancellation)
    {
        string? written = null;
        await WriteAsync(async () => written = await inner.PutHeadAsync(state, tag, cancellation));
        return written;
    }

    public Task DeleteAsync(string id, string? keepExecution, CancellationToken cancellation) => WriteAsync(() => inner.DeleteAsync(id, keepExecution, cancellation));

    public Task<byte[]?> ReadLogAsync(string log, CancellationToken cancellation) => Living(() => inner.ReadLogAsync(log, cancellation));

    public Task<string> GetPayloadAsync(string name, CancellationToken cancellation) => Living(() => inner.GetPayloadAsync(name, cancellation));

    public Task<(InstanceState State, string Tag)?> GetHeadAsync(string id, CancellationToken cancellation) => Living(() => inner.GetHeadAsync(id, cancellation));

    public async IAsyncEnumerable<(IReadOnlyList<InstanceState> Heads, string? Next)> ListAsync(string prefix, string? from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var page in inner.ListAsync(prefix, from, cancellation)) yield return page;
    }

    private static byte[] FirstHalf(byte[] lines)
    {
        string[] all = Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return Encoding.UTF8.GetBytes(string.Concat(all.Take(all.Length / 2).Select(l => l + "\n")));
    }

    private async Task WriteAsync(Func<Task> write, Func<Task>? half = null)
    {
        int number = Interlocked.Increment(ref _writes);
        if (number < fatal)
        {
            await write();
            return;
        }

        if (number == fatal)
        {
            if (cut == Cut.After) await write();
            if (cut == Cut.Within) await (half?.Invoke() ?? Task.CompletedTask);
        }

        _dead.TrySetResult();
        throw new OperationCanceledException("The host was killed.");
    }

    private Task<T> Living<T>(Func<Task<T>> read) => Dead.IsCompleted ? throw new OperationCanceledException("The host was killed.") : read();
}
