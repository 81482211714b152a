using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>Training over HTTP, with the service as a process of its own.</summary>
[Trait("Kind", "Protocol")]
public class TrainServiceTests(AzuriteFixture azurite, TempModels models) : IClassFixture<AzuriteFixture>, IClassFixture<TempModels>
{
    private const int ImageCount = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [SkippableFact]
    public async Task Fault45_Train_KilledAfterTheFirstSteps_GoesOnAndPublishesAModelThatExplains()
    {
        var blobs = new BlobServiceClient(azurite.ConnectionString);
        var photos = blobs.GetBlobContainerClient("photos");
        await photos.CreateIfNotExistsAsync();
        await blobs.GetBlobContainerClient("images").CreateIfNotExistsAsync();
        for (int i = 0; i < ImageCount; i++) await photos.GetBlobClient($"set/{i}.png").UploadAsync(new BinaryData(FakeModel.Png((byte)(20 * i), 60 + i, 50)));

        object body = new { id = "first", name = "trained", images = new { container = "photos", prefix = "set/" }, epochs = 1, maxLearningRates = new[] { 1e-3, 1e-2 }, batchSize = 4, stepsPerActivity = 1 };
        using (var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path))
        {
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await service.Http.PostAsync("api/train", new StringContent("x"))).StatusCode);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await service.Http.PostAsync("api/train", new StringContent(new string(' ', 2 << 20), Encoding.UTF8, "application/json"))).StatusCode);
            using var refused = await service.Http.PostAsJsonAsync("api/train", new { images = new { container = "photos" }, unknown = 1 });
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
            Assert.Equal(HttpStatusCode.NotFound, (await service.Http.GetAsync("api/runs/first")).StatusCode);

            using var started = await service.Http.PostAsJsonAsync("api/train", body);
            Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
            await EventuallyAsync(() => Task.FromResult(Checkpoints(blobs).Count > 0));
            service.Kill();
        }

        using var again = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path);
        // Fault 48: the same id again is the same run.
        Assert.Equal(HttpStatusCode.Accepted, (await again.Http.PostAsJsonAsync("api/train", body)).StatusCode);
        JsonElement run = default;
        await EventuallyAsync(async () =>
        {
            run = await again.Http.GetFromJsonAsync<JsonElement>("api/runs/first");
            string status = run.GetProperty("summary").GetProperty("status").GetString()!;
            Assert.True(status is "Pending" or "Running" or "Completed", run.ToString());
            return status == "Completed";
        });
        Assert.Single((await again.Http.GetFromJsonAsync<JsonElement>("api/runs")).EnumerateArray());
        Assert.Equal(2, run.GetProperty("trials").GetArrayLength());
        Assert.Equal(2, run.GetProperty("trials")[0].GetProperty("workers")[0].GetProperty("curve").GetArrayLength());
        var report = await again.Http.GetFromJsonAsync<JsonElement>("api/runs/first/report");
        Assert.Equal("trained", report.GetProperty("result").GetProperty("model").GetString());
        Assert.Equal(2, report.GetProperty("trials").GetArrayLength());
        Assert.Equal((8, 1, 1), (Count("train"), Count("validation"), Count("test")));
        Assert.Equal(1, report.GetProperty("test").GetProperty("measured").GetInt32());
        Assert.Equal(12, report.GetProperty("test").GetProperty("rows").GetArrayLength());

        // The same id with another body is another run, and refused.
        using var other = await again.Http.PostAsJsonAsync("api/train", new { id = "first", images = new { container = "photos" } });
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);

        await blobs.GetBlobContainerClient("images").GetBlobClient("by-the-new-model.png").UploadAsync(new BinaryData(FakeModel.Png(9)), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["model"] = "trained" } });
        await EventuallyAsync(() => Task.FromResult(blobs.GetBlobContainerClient("metrics") is var metrics && metrics.Exists() && metrics.GetBlobs(prefix: "by-the-new-model.png/trained-").Any()));

        int Count(string list) => report.GetProperty("manifest").GetProperty(list).GetProperty("count").GetInt32();
    }

    private static List<string> Checkpoints(BlobServiceClient blobs)
    {
        var runs = blobs.GetBlobContainerClient("runs");
        return runs.Exists() ? [.. runs.GetBlobs(prefix: "first/trial-").Select(b => b.Name).Where(n => n.EndsWith(".safetensors"))] : [];
    }

    private static async Task EventuallyAsync(Func<Task<bool>> look)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await look())
        {
            Assert.True(DateTime.UtcNow < end, "It took too long.");
            await Task.Delay(200);
        }
    }
}
