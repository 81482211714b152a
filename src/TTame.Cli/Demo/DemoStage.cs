using TTame.Cli.Local;

namespace TTame.Cli.Demo;

/// <summary>Azurite and the service, started for the demo on free ports with storage of their own, and stopped after it.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    // The demo is watched: new blobs are looked for every second.
    private const string ScanSeconds = "1";
    private readonly Azurite azurite;
    private readonly RunningService service;

    private DemoStage(Azurite azurite, RunningService service) => (this.azurite, this.service) = (azurite, service);

    /// <summary>The storage account that the service watches.</summary>
    public DemoStorage Storage => new(azurite.ConnectionString);

    /// <summary>Starts both and waits until the service can explain.</summary>
    /// <param name="clone">The clone.</param>
    /// <param name="folder">Folder for data and logs.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<DemoStage> Start(RepositoryFolder clone, string folder, CancellationToken cancel)
    {
        int[] ports = FreePorts.Take(4);
        var azurite = await Azurite.Start(clone, Path.Combine(folder, "azurite"), ports[..3], cancel);
        try
        {
            return new(azurite, await RunningService.Start(clone, ports[3], ["--scan", ScanSeconds], Settings(azurite), Path.Combine(folder, "service.log"), cancel));
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until <paramref name="done"/> says yes while the service runs.</summary>
    /// <exception cref="CliException">The service ended, or the time is over.</exception>
    public Task Until(Func<CancellationToken, Task<bool>> done, TimeSpan limit, CancellationToken cancel) => service.Until(done, limit, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await azurite.DisposeAsync();
    }

    private static Dictionary<string, string> Settings(Azurite azurite) => new()
    {
        ["AzureWebJobsStorage"] = azurite.ConnectionString,
        ["Classes"] = "top:3",
        ["Faithfulness"] = "all",
    };
}
