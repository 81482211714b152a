using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TTame.Bench;

/// <summary>A real Azurite in memory on free ports, for as long as a benchmark runs.</summary>
internal sealed partial class Azurite : IDisposable
{
    // Azurite's published development account: the same on every machine, no secret.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Process _process;

    private Azurite(Process process, string blobPort, string queuePort)
    {
        _process = process;
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{blobPort}/{Account};QueueEndpoint=http://127.0.0.1:{queuePort}/{Account};";
    }

    public string ConnectionString { get; }

    /// <summary>Null where Azurite is not installed (npm ci).</summary>
    public static Azurite? Start()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "TTame.Functions.sln"))) root = Path.GetDirectoryName(root);
        string script = Path.Combine(root ?? ".", "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(script)) return null;
        var process = Process.Start(new ProcessStartInfo("node", [script, "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        Dictionary<string, string> ports = [];
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (ListeningLine().Match(line) is { Success: true } match) ports[match.Groups[1].Value] = match.Groups[2].Value;
            if (ports.Count == 3) return new Azurite(process, ports["Blob"], ports["Queue"]);
        }
        throw new InvalidOperationException("Azurite ended before it listened.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    [GeneratedRegex(@"Azurite (\w+) service (?:is )?successfully listen(?:s|ing)? (?:at|on) https?://[^:]+:(\d+)")]
    private static partial Regex ListeningLine();
}
