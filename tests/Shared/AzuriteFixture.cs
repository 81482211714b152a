using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TTame.Testing;

/// <summary>A real Azurite (blobs and queues, in memory, on free ports) for the tests of one class. Skips where Node or Azurite is not installed.</summary>
public sealed partial class AzuriteFixture : Xunit.IAsyncLifetime
{
    // Azurite's published development account: the same on every machine, no secret.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly TaskCompletionSource<int> blobPort = new();
    private readonly TaskCompletionSource<int> queuePort = new();
    private Process? process;
    private string? missing;

    /// <summary>Connection string of the running Azurite.</summary>
    public string ConnectionString
    {
        get
        {
            Skip.If(missing is not null, missing);
            return $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
                + $"BlobEndpoint=http://127.0.0.1:{blobPort.Task.Result}/{Account};QueueEndpoint=http://127.0.0.1:{queuePort.Task.Result}/{Account};";
        }
    }

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        string script = Path.Combine(Ground.Repository, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(script))
        {
            missing = "needs Azurite: npm ci";
            return;
        }
        string folder = Directory.CreateTempSubdirectory("azurite-").FullName;
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (string argument in new[] { script, "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0" }) start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Notice(line.Data);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Task.WhenAll(blobPort.Task, queuePort.Task).WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <inheritdoc />
    public Task DisposeAsync()
    {
        process?.Kill(entireProcessTree: true);
        process?.Dispose();
        return Task.CompletedTask;
    }

    private void Notice(string? line)
    {
        if (line is null || ListeningLine().Match(line) is not { Success: true } match) return;
        int port = int.Parse(match.Groups["port"].Value);
        if (match.Groups["service"].Value == "Blob") blobPort.TrySetResult(port);
        if (match.Groups["service"].Value == "Queue") queuePort.TrySetResult(port);
    }

    [GeneratedRegex(@"Azurite (?<service>Blob|Queue) service (is )?successfully listen(s|ing)? (at|on) https?://[^:]+:(?<port>\d+)")]
    private static partial Regex ListeningLine();
}
