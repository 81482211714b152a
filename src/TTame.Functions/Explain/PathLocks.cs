namespace TTame.Functions.Explain;

/// <summary>One holder per path at a time. Paths nobody holds or waits for take no memory.</summary>
internal sealed class PathLocks
{
    private readonly Dictionary<string, (SemaphoreSlim Gate, int Users)> gates = new(StringComparer.Ordinal);

    /// <summary>Waits until the path is free and holds it until the result is disposed.</summary>
    public async Task<IDisposable> EnterAsync(string path, CancellationToken cancellation)
    {
        SemaphoreSlim gate;
        lock (gates)
        {
            var (found, users) = gates.GetValueOrDefault(path);
            gate = found ?? new SemaphoreSlim(1);
            gates[path] = (gate, users + 1);
        }
        try
        {
            await gate.WaitAsync(cancellation);
        }
        catch
        {
            Leave(path);
            throw;
        }
        return new Holder(this, path, gate);
    }

    private void Leave(string path)
    {
        lock (gates)
        {
            var (gate, users) = gates[path];
            if (users == 1) gates.Remove(path);
            else gates[path] = (gate, users - 1);
        }
    }

    private sealed class Holder(PathLocks owner, string path, SemaphoreSlim gate) : IDisposable
    {
        public void Dispose()
        {
            gate.Release();
            owner.Leave(path);
        }
    }
}
