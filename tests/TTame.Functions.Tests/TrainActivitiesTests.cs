using Azure.Storage.Blobs;
using LocalFunctionsHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;
using TTame.Functions.Train;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>A whole run on the in-process engine with its own activities and a network: what they write does not depend on how the work was cut, nor on how often it was done.</summary>
[Trait("Kind", "Property")]
public class TrainActivitiesTests(AzuriteFixture azurite, TempModels models) : IClassFixture<AzuriteFixture>, IClassFixture<TempModels>
{
    private const int Training = 20, Validation = 2, Test = 2;

    [SkippableFact]
    public async Task Fault44_ClosedFormStartAndAnEpoch_InShardsAndEveryActivityTwice_SameBytes()
    {
        var blobs = new BlobServiceClient(azurite.ConnectionString);
        var photos = blobs.GetBlobContainerClient("pictures");
        await photos.CreateIfNotExistsAsync();
        for (int i = 0; i < Training + Validation + Test; i++) await photos.GetBlobClient($"{i:00}.png").UploadAsync(new BinaryData(FakeModel.Png((byte)(10 * i), 60 + i, 50)));

        var once = await RunAsync("once", shardSize: 1000, stepsPerActivity: 1000, twice: false);
        var twice = await RunAsync("twice", shardSize: 8, stepsPerActivity: 1, twice: true);

        Assert.Equal(once.Sha256, twice.Sha256);
        Assert.Equal((once.Criterion, once.Test.Images), (twice.Criterion, twice.Test.Images));
        Assert.Equal(Blob(RunPaths.Checkpoint("once", 1, 1, 0)), Blob(RunPaths.Checkpoint("twice", 1, 1, 0)));
        string[] shards = [.. blobs.GetBlobContainerClient("runs").GetBlobs(prefix: "twice/start/").Select(b => b.Name)];
        Assert.Equal(["00000000/00000008", "00000008/00000016", "00000016/00000020"], shards.Select(name => string.Join('/', name.Split('/')[^2..])[..17]));

        byte[] Blob(string path) => blobs.GetBlobContainerClient("runs").GetBlobClient(path).DownloadContent().Value.Content.ToArray();
    }

    private async Task<RunResult> RunAsync(string run, int shardSize, int stepsPerActivity, bool twice)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString, ["ModelsPath"] = models.Path, ["Device"] = "cpu",
        }).Build();
        await using var host = DurableTestHost.Start(typeof(TrainRun).Assembly, new() { ActivitiesTwice = twice, Activities = 1, Services = services => services.AddExplaining(configuration) });
        var plan = new TrainPlan(
            new RunSetup
            {
                Run = run, Model = TempModels.Name, Name = "made-" + run, Images = new("pictures"), ValidationShare = (double)Validation / (Training + Validation + Test), TestShare = (double)Test / (Training + Validation + Test),
                StepsPerActivity = stepsPerActivity, ShardSize = shardSize,
            },
            [new(1, Recipe.FewImages with { Epochs = 1, BatchSize = 10, ClosedForm = new() { Masks = new(Count: 2) } }, "TAME")]);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(TrainRun), plan, new StartOrchestrationOptions(run));
        var end = await host.Client.WaitForInstanceCompletionAsync(run, true, new CancellationTokenSource(TimeSpan.FromMinutes(8)).Token);
        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, end.FailureDetails?.ErrorMessage);
        return end.ReadOutputAs<RunResult>()!;
    }
}
