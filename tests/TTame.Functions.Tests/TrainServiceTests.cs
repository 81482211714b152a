using System.Formats.Tar;
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
    private const string Demo = "demo.tar";
    private const int Photographs = 6, Compared = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>The small form of <c>./ttame proof</c>: photographs of the demo, two learning rates, two workers, from one request to a published model that is evaluated and explains.</summary>
    [SkippableFact]
    public async Task Fault45_Train_KilledInItsStartAndInItsSteps_SameWeightsAsUninterruptedAndAModelThatExplains()
    {
        var blobs = new BlobServiceClient(azurite.ConnectionString);
        await blobs.GetBlobContainerClient("images").CreateIfNotExistsAsync();
        await blobs.GetBlobContainerClient("photos").CreateIfNotExistsAsync();
        await blobs.GetBlobContainerClient("photos").GetBlobClient(Demo).UploadAsync(new BinaryData(DemoTar()));

        using (var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path))
        {
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await service.Http.PostAsync("api/train", new StringContent("x"))).StatusCode);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await service.Http.PostAsync("api/train", new StringContent(new string(' ', 2 << 20), Encoding.UTF8, "application/json"))).StatusCode);
            using var refused = await service.Http.PostAsJsonAsync("api/train", new { images = new { container = "photos" }, unknown = 1 });
            Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
            Assert.Equal(HttpStatusCode.NotFound, (await service.Http.GetAsync("api/runs/first")).StatusCode);

            using var started = await service.Http.PostAsJsonAsync("api/train", Body("first", "trained"));
            Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
            await EventuallyAsync(() => Task.FromResult(Tensors(blobs, "first/start/").Count > 0));
            service.Kill();
        }
        using (var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path))
        {
            await EventuallyAsync(() => Task.FromResult(Tensors(blobs, "first/trial-").Any(name => !name.EndsWith("/00000000.safetensors"))));
            service.Kill();
        }

        using var again = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path);
        // Fault 48: the same id again is the same run.
        Assert.Equal(HttpStatusCode.Accepted, (await again.Http.PostAsJsonAsync("api/train", Body("first", "trained"))).StatusCode);
        var run = await CompletedAsync(again, "first");
        Assert.Single((await again.Http.GetFromJsonAsync<JsonElement>("api/runs")).EnumerateArray());
        Assert.Equal(2, run.GetProperty("trials").GetArrayLength());
        Assert.Equal(2, run.GetProperty("trials")[0].GetProperty("workers")[0].GetProperty("curve").GetArrayLength());
        var report = await again.Http.GetFromJsonAsync<JsonElement>("api/runs/first/report");
        Assert.Equal("trained", report.GetProperty("result").GetProperty("model").GetString());
        Assert.Equal(2, report.GetProperty("trials").GetArrayLength());
        Assert.Equal((Photographs - 2 * Compared, Compared, Compared), (Count("train"), Count("validation"), Count("test")));
        Assert.Equal(Compared, report.GetProperty("test").GetProperty("measured").GetInt32());
        Assert.Equal(12, report.GetProperty("test").GetProperty("rows").GetArrayLength());

        // The same id with another body is another run, and refused.
        using var other = await again.Http.PostAsJsonAsync("api/train", new { id = "first", images = new { container = "photos" } });
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);

        // The same request under another id, left in peace.
        using var peaceful = await again.Http.PostAsJsonAsync("api/train", Body("second", "trained-in-peace"));
        var undisturbed = await CompletedAsync(again, "second");
        Assert.Equal(undisturbed.GetProperty("result").GetProperty("sha256").GetString(), run.GetProperty("result").GetProperty("sha256").GetString());
        Assert.Equal(undisturbed.GetProperty("result").GetProperty("test").ToString(), run.GetProperty("result").GetProperty("test").ToString());

        using var evaluation = await again.Http.PostAsJsonAsync("api/evaluate", new { id = "compared", models = new[] { "trained" }, images = new { container = "photos", prefix = Demo }, explainers = new[] { "t-tame" }, shards = 2 });
        var compared = await CompletedAsync(again, "compared");
        Assert.Equal(Photographs, compared.GetProperty("result").GetProperty("models").GetProperty("trained").GetProperty("images").GetInt32());

        await blobs.GetBlobContainerClient("images").GetBlobClient("by-the-new-model.png").UploadAsync(new BinaryData(FakeModel.Png(9)), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["model"] = "trained" } });
        await EventuallyAsync(() => Task.FromResult(blobs.GetBlobContainerClient("metrics") is var metrics && metrics.Exists() && metrics.GetBlobs(prefix: "by-the-new-model.png/trained-").Any()));

        int Count(string list) => report.GetProperty("manifest").GetProperty(list).GetProperty("count").GetInt32();
    }

    private static object Body(string id, string name) => new
    {
        id, name, images = new { container = "photos", prefix = Demo }, validationShare = (double)Compared / Photographs, testShare = (double)Compared / Photographs,
        recipe = "few-images", initialisation = "pooled", epochs = 1, maxLearningRates = new[] { 1e-3, 3e-4 }, workers = 2, batchSize = 2, stepsPerActivity = 1,
    };

    private static byte[] DemoTar()
    {
        using var file = new MemoryStream();
        using (var tar = new TarWriter(file, leaveOpen: true))
            foreach (string photograph in Directory.EnumerateFiles(Path.Combine(Ground.Repository, "examples", "demo-photos"), "*.jpg").Order(StringComparer.Ordinal).Take(Photographs)) tar.WriteEntry(photograph, Path.GetFileName(photograph));
        return file.ToArray();
    }

    private static List<string> Tensors(BlobServiceClient blobs, string prefix)
    {
        var runs = blobs.GetBlobContainerClient("runs");
        return runs.Exists() ? [.. runs.GetBlobs(prefix: prefix).Select(b => b.Name).Where(n => n.EndsWith(".safetensors"))] : [];
    }

    private static async Task<JsonElement> CompletedAsync(ServiceProcess service, string id)
    {
        JsonElement run = default;
        await EventuallyAsync(async () =>
        {
            run = await service.Http.GetFromJsonAsync<JsonElement>($"api/runs/{id}");
            string status = run.GetProperty("summary").GetProperty("status").GetString()!;
            Assert.True(status is "Pending" or "Running" or "Completed", run.ToString());
            return status == "Completed";
        });
        return run;
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
