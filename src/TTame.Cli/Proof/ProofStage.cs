using TTame.Cli.Local;
using TTame.Cli.Remote;

namespace TTame.Cli.Proof;

/// <summary>Azurite, and the service beside it, which can be killed and started again.</summary>
internal sealed class ProofStage(RepositoryFolder clone, ProofPlan plan, Azurite azurite) : IAsyncDisposable
{
    private RunningService? service;
    private RemoteService? remote;
    private int starts;

    /// <summary>How to reach the storage.</summary>
    public string ConnectionString => azurite.ConnectionString;

    /// <summary>The service over HTTP.</summary>
    public RemoteService Remote => remote ?? throw new InvalidOperationException("The service is not running.");

    private string Models => Path.Combine(plan.Folder, "models");

    /// <summary>Starts Azurite with the storage of an earlier, interrupted proof, or an empty one, and the service.</summary>
    public static async Task<ProofStage> Start(RepositoryFolder clone, ProofPlan plan, CancellationToken cancel)
    {
        var stage = new ProofStage(clone, plan, await Azurite.Start(clone, Path.Combine(plan.Folder, "azurite"), FreePorts.Take(3), cancel));
        try
        {
            Copy(plan.ModelFolder, Path.Combine(stage.Models, ProofPlan.Model));
            Copy(Path.Combine(clone.Models, CommonOptions.DefaultModel), Path.Combine(stage.Models, CommonOptions.DefaultModel));
            await stage.StartService(cancel);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the service.</summary>
    public async Task StartService(CancellationToken cancel)
    {
        string threads = $"{plan.Threads}";
        Dictionary<string, string> settings = new()
        {
            ["AzureWebJobsStorage"] = ConnectionString, ["ModelsPath"] = Models, ["Device"] = "cpu", ["Threads"] = threads, ["OMP_NUM_THREADS"] = threads,
        };
        service = await RunningService.Start(clone, FreePorts.Take(1)[0], ["--lease", LeaseSeconds], settings, Path.Combine(plan.Folder, $"service-{++starts}.log"), cancel);
        remote = new(service.Address, key: null);
    }

    /// <summary>Kills the service: nothing of it is left but what is in the storage.</summary>
    public async Task Kill()
    {
        Remote.Dispose();
        remote = null;
        await service!.Kill();
        service = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        remote?.Dispose();
        if (service is not null) await service.DisposeAsync();
        await azurite.DisposeAsync();
    }

    // What a killed service was at work on is taken up again after so long.
    private const string LeaseSeconds = "10";

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from).Where(file => !File.Exists(Path.Combine(to, Path.GetFileName(file))))) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
