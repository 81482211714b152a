using System.Diagnostics;

namespace TTame.Cli.Local;

/// <summary>Azurite, the local Azure Storage, while it runs.</summary>
internal sealed class Azurite : IAsyncDisposable
{
    /// <summary>The ports that <c>UseDevelopmentStorage=true</c> means: blob, queue, table.</summary>
    public static readonly int[] UsualPorts = [10000, 10001, 10002];

    // Azurite's published account; it opens nothing but Azurite.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private readonly ChildProcess process;

    private Azurite(ChildProcess process, int[] ports) => (this.process, ConnectionString) = (process, ConnectionStringOf(ports));

    /// <summary>How to reach it.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts Azurite and waits until it answers.</summary>
    /// <param name="clone">The clone whose <c>node_modules</c> has it.</param>
    /// <param name="data">Folder of its data.</param>
    /// <param name="ports">Ports: blob, queue, table.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<Azurite> Start(RepositoryFolder clone, string data, int[] ports, CancellationToken cancel)
    {
        if (!File.Exists(clone.Azurite)) throw new CliException(ExitCode.Machine, $"Azurite is not there ({clone.Azurite}).", "Run ./ttame setup.");
        Directory.CreateDirectory(data);
        var start = new ProcessStartInfo("node")
        {
            ArgumentList =
            {
                clone.Azurite, "--location", data, "--blobPort", $"{ports[0]}", "--queuePort", $"{ports[1]}", "--tablePort", $"{ports[2]}",
                "--skipApiVersionCheck", "--disableTelemetry", "--silent",
            },
        };
        var process = ChildProcess.Start("Azurite", start, Path.Combine(data, "azurite.log"));
        try
        {
            await process.Until(async c => await FreePorts.IsTaken(ports[0], c) && await FreePorts.IsTaken(ports[1], c), TimeSpan.FromSeconds(60), cancel);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
        return new(process, ports);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static string ConnectionStringOf(int[] ports)
        => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};" +
           $"BlobEndpoint=http://127.0.0.1:{ports[0]}/{Account};QueueEndpoint=http://127.0.0.1:{ports[1]}/{Account};TableEndpoint=http://127.0.0.1:{ports[2]}/{Account};";
}
