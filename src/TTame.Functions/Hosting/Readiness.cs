namespace TTame.Functions.Hosting;

/// <summary>Whether the app can explain, and what is missing if not.</summary>
public sealed class Readiness
{
    private readonly Dictionary<string, string> missing = new() { [Models] = "loading", [Storage] = "not reached yet" };

    /// <summary>The part that is the default model.</summary>
    public const string Models = "model";

    /// <summary>The part that is the storage account.</summary>
    public const string Storage = "storage";

    /// <summary>Why the app is not ready, by part; empty when it is.</summary>
    public IReadOnlyDictionary<string, string> Missing
    {
        get { lock (missing) return new Dictionary<string, string>(missing); }
    }

    /// <summary>Whether nothing is missing.</summary>
    public bool IsReady => Missing.Count == 0;

    /// <summary>What computes, once it is known: a device, and why not another.</summary>
    public string? Device { get; internal set; }

    internal void Ready(string part)
    {
        lock (missing) missing.Remove(part);
    }

    internal void NotReady(string part, string reason)
    {
        lock (missing) missing[part] = reason;
    }
}
