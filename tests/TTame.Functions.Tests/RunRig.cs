using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using LocalFunctionsHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TTame.Functions.Evaluate;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;
using TTame.Functions.Train;

namespace TTame.Functions.Tests;

/// <summary>Whole runs in the test's process: the durable engine, the app's own activities, a real Azurite, a small model. Each rig has containers of its own.</summary>
internal sealed class RunRig : IAsyncDisposable
{
    /// <summary>Container of the pictures.</summary>
    public const string Photos = "photos";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ToyModels models = new();
    private readonly BlobServiceClient blobs;
    private readonly TaskCompletionSource<object?> never = new();

    public RunRig(string connection, bool activitiesTwice = false, IReadOnlyDictionary<string, Func<ActivityCall, Task<object?>>>? fakes = null, string? held = null)
    {
        // The held activity ends with the rig: the run has begun and goes no further.
        if (held is not null) fakes = new Dictionary<string, Func<ActivityCall, Task<object?>>> { [held] = _ => never.Task };
        blobs = new BlobServiceClient(connection);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = connection, ["ModelsPath"] = models.Path, ["Model"] = ToyModels.Name, ["Device"] = "cpu", ["Threads"] = "1",
            ["RunsContainer"] = Own("runs"), ["ReportsContainer"] = Own("reports"), ["ModelsContainer"] = Own("models"),
        }).Build();
        Host = DurableTestHost.Start(typeof(TrainRun).Assembly, new DurableTestOptions
        {
            ActivitiesTwice = activitiesTwice, Activities = 2, Fakes = fakes ?? new Dictionary<string, Func<ActivityCall, Task<object?>>>(), Services = services => services.AddExplaining(configuration),
        });
    }

    /// <summary>In the names of its containers: no other rig has it.</summary>
    public string Mark { get; } = Guid.NewGuid().ToString("N")[..8];

    public DurableTestHost Host { get; }

    public DurableTaskClient Client => Host.Client;

    public RunStore Store => Host.Services.GetRequiredService<RunStore>();

    /// <summary>An activity of the app, with everything it is given.</summary>
    public T Activity<T>() => ActivatorUtilities.CreateInstance<T>(Host.Services);

    /// <summary>Uploads small pictures under a prefix, and texts that are none.</summary>
    public async Task UploadAsync(string prefix, int pictures, int broken = 0)
    {
        var photos = blobs.GetBlobContainerClient(Photos);
        await photos.CreateIfNotExistsAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, pictures + broken), async (i, stop) => await photos.GetBlobClient($"{prefix}{i:0000}.png")
            .UploadAsync(i < pictures ? new BinaryData(ToyModels.Picture(i)) : new BinaryData("this is no picture"), overwrite: true, stop));
    }

    /// <summary>A small run on the pictures of a prefix.</summary>
    public static TrainPlan Plan(string run, TrainRequest request) => (request with { Id = run }).ToPlan(ToyModels.Name, () => run);

    public async Task<OrchestrationMetadata> TrainAsync(TrainPlan plan)
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(TrainRun), plan, new StartOrchestrationOptions(plan.Setup.Run));
        return await EndOf(plan.Setup.Run);
    }

    public async Task<OrchestrationMetadata> EvaluateAsync(EvaluateInput input)
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(nameof(EvaluateRun), input, new StartOrchestrationOptions(input.Run));
        return await EndOf(input.Run);
    }

    public async Task<OrchestrationMetadata> EndOf(string run)
    {
        using var soon = new CancellationTokenSource(Patience);
        return await Client.WaitForInstanceCompletionAsync(run, getInputsAndOutputs: true, soon.Token);
    }

    public async Task<T> ReportAsync<T>(string run) where T : class => RecordJson.Read<T>((await Store.FindReportAsync(run, default))!)!;

    public async Task<byte[]> BytesAsync(string path) => (await Store.ReadAsync(path, default)).ToArray();

    /// <summary>Every blob that the run has left, by path, but for the one that is written over.</summary>
    public async Task<Dictionary<string, byte[]>> LeftAsync(string run)
    {
        Dictionary<string, byte[]> left = [];
        foreach (string path in await Store.NamesAsync(run + "/", default))
            if (!path.EndsWith("progress.json", StringComparison.Ordinal)) left[path] = await BytesAsync(path);
        if (await Store.FindReportAsync(run, default) is { } report) left["report"] = report.ToArray();
        return left;
    }

    public static async Task EventuallyAsync(Func<Task<bool>> look)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await look())
        {
            Assert.True(DateTime.UtcNow < end, "It took too long.");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        never.TrySetCanceled();
        await Host.DisposeAsync();
        models.Dispose();
    }

    private string Own(string name) => $"{name}-{Mark}";
}
