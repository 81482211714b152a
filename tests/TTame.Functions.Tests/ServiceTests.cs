using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using TTame.Core.Imaging;
using TTame.Core.Weights;
using TTame.Functions.Explain;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>The whole service as its users meet it: a process, a storage account, photographs.</summary>
[Trait("Kind", "Protocol")]
public class ServiceTests(AzuriteFixture azurite, TempModels models) : IClassFixture<AzuriteFixture>, IClassFixture<TempModels>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string[] Photos = Directory.GetFiles(Path.Combine(Ground.Repository, "examples", "demo-photos"), "*.jpg");

    private BlobServiceClient Blobs => new(azurite.ConnectionString);

    [SkippableFact]
    public async Task Service_PhotographsDropped_AreExplainedAndTheRestIsFiled()
    {
        string prefix = "whole/";
        var images = await ImagesAsync();
        using var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path, ("InputPrefix", prefix));
        await service.ReadyAsync();

        await images.GetBlobClient(prefix + "deep/er/cat.jpg").UploadAsync(Photos.Single(p => p.EndsWith("cat-chelsea.jpg")));
        await images.GetBlobClient(prefix + "named.jpg").UploadAsync(Photos.Single(p => p.EndsWith("red-panda.jpg")), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["classes"] = "387" } });
        await images.GetBlobClient(prefix + "text.jpg").UploadAsync(new BinaryData("this is no picture"));
        await images.GetBlobClient("elsewhere/ignored.jpg").UploadAsync(Photos[0]);

        var cat = await RecordAsync(prefix + "deep/er/cat.jpg");
        Assert.Equal(3, cat.Classes.Count);
        Assert.Equal(cat.Top5.Take(3).Select(c => c.Id), cat.Classes.Select(c => c.Id));
        Assert.Equal(4, cat.Files.Count);
        Assert.Equal(4, cat.Timings.ForwardPasses);
        Assert.Equal([1, 0.5, 0.15], cat.Faithfulness!.Shares.Select(s => s.KeptShare));
        Assert.Contains("cat", cat.Top5[0].Name);
        BlobDownloadResult overlay = await Blobs.GetBlobContainerClient("heatmaps").GetBlobClient(cat.Files[0]).DownloadContentAsync();
        var drawn = ImageDecoder.Decode(overlay.Content.ToMemory(), ImageLimits.Default).Image;
        Assert.Equal((cat.Picture.Width, cat.Picture.Height), (drawn.Width, drawn.Height));
        BlobDownloadResult maps = await Blobs.GetBlobContainerClient("heatmaps").GetBlobClient(cat.Files[^1]).DownloadContentAsync();
        using var values = Npy.Read(maps.Content.ToStream(), "maps.npy");
        Assert.Equal(3, values.shape[0]);

        Assert.Equal([387], (await RecordAsync(prefix + "named.jpg")).Classes.Select(c => c.Id));
        var failure = await EventuallyAsync(async () => (await Blobs.GetBlobContainerClient("failed").GetBlobClient(prefix + "text.jpg.json").DownloadContentAsync()).Value.Content);
        Assert.Equal("not_an_image", JsonDocument.Parse(failure).RootElement.GetProperty("code").GetString());
        Assert.Empty(Names("metrics", "elsewhere/"));
        Assert.Equal(0, await service.StopAsync());
    }

    [SkippableFact]
    public async Task Fault43_Service_OverHttp_IsAliveAtOnceAndReadyWithItsModelWarm()
    {
        await ImagesAsync();
        using var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path, ("InputPrefix", "nothing/"));
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("api/health")).StatusCode);
        await service.ReadyAsync();
        var model = Assert.Single((await service.Http.GetFromJsonAsync<JsonElement>("api/models")).EnumerateArray());
        Assert.Equal((TempModels.Name, "cnn", 1000, true), (model.GetProperty("name").GetString(), model.GetProperty("kind").GetString(), model.GetProperty("classes").GetInt32(), model.GetProperty("loaded").GetBoolean()));
        Assert.Equal(["blocks.4", "blocks.10", "blocks.15"], model.GetProperty("taps").EnumerateArray().Select(tap => tap.GetProperty("name").GetString()));
        Assert.All(["sha256", "jointSha256", "attentionSha256"], member => Assert.Equal(64, model.GetProperty(member).GetString()!.Length));
        Assert.Equal(("safetensors", "softmax", "Apache-2.0"), (model.GetProperty("format").GetString(), model.GetProperty("confidence").GetString(), model.GetProperty("licence").GetString()));
    }

    [SkippableFact]
    public async Task Fault31_Service_DefaultModelIsBroken_IsAliveAndSaysWhyItIsNotReady()
    {
        using var broken = new TempModels();
        File.WriteAllText(Path.Combine(broken.Path, TempModels.Name, "attention.safetensors"), "no weights");
        await ImagesAsync();
        using var service = await ServiceProcess.StartAsync(azurite.ConnectionString, broken.Path, ("InputPrefix", "nothing/"));
        var answer = await EventuallyAsync(async () =>
        {
            string text = await (await service.Http.GetAsync("api/ready")).Content.ReadAsStringAsync();
            return text.Contains("attention.safetensors") ? text : throw new Azure.RequestFailedException(text);
        });
        Assert.DoesNotContain("\"ready\":true", answer);
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("api/health")).StatusCode);
    }

    [SkippableFact]
    public async Task Fault6_Service_KilledInTheMiddleOfAHundred_EachIsCommittedOnce()
    {
        const int Count = 100;
        string prefix = "kill/";
        (string, string)[] settings = [("InputPrefix", prefix), ("Faithfulness", "off"), ("Classes", "top:1")];
        var images = await ImagesAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), async (i, cancellation) => await images.GetBlobClient($"{prefix}{i:000}.png").UploadAsync(new BinaryData(FakeModel.Png((byte)i, 64 + i, 80)), cancellation));

        Dictionary<string, string> early;
        using (var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path, settings))
        {
            await EventuallyAsync(() => Task.FromResult(Names("metrics", prefix).Count >= Count / 4 ? "" : throw new Azure.RequestFailedException("too few yet")));
            service.Kill();
            early = Versions(prefix);
        }
        Assert.InRange(early.Count, Count / 4, Count - 1);

        using var again = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path, settings);
        await EventuallyAsync(() => Task.FromResult(Names("metrics", prefix).Count >= Count ? "" : throw new Azure.RequestFailedException("too few yet")));
        var all = Versions(prefix);
        Assert.Equal(Count, all.Count);
        // What was committed before the kill was not done again.
        Assert.All(early, e => Assert.Equal(e.Value, all[e.Key]));
        Assert.Equal(2 * Count, Names("heatmaps", prefix).Count);
        Assert.Equal(0, await again.StopAsync());
        Assert.Equal(all, Versions(prefix));
    }

    private async Task<BlobContainerClient> ImagesAsync()
    {
        var images = Blobs.GetBlobContainerClient("images");
        await images.CreateIfNotExistsAsync();
        return images;
    }

    private Task<CommitRecord> RecordAsync(string path) => EventuallyAsync(async () =>
    {
        string name = Names("metrics", path + "/").SingleOrDefault() ?? throw new Azure.RequestFailedException($"no record of {path} yet");
        return RecordJson.Read<CommitRecord>((await Blobs.GetBlobContainerClient("metrics").GetBlobClient(name).DownloadContentAsync()).Value.Content)!;
    });

    private List<string> Names(string container, string prefix)
    {
        var client = Blobs.GetBlobContainerClient(container);
        return client.Exists() ? [.. client.GetBlobs(prefix: prefix).Select(b => b.Name)] : [];
    }

    private Dictionary<string, string> Versions(string prefix)
        => Blobs.GetBlobContainerClient("metrics").GetBlobs(prefix: prefix).ToDictionary(b => b.Name, b => b.Properties.ETag!.Value.ToString());

    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> look)
    {
        var end = DateTime.UtcNow + Patience;
        while (true)
        {
            try
            {
                return await look();
            }
            catch (Azure.RequestFailedException) when (DateTime.UtcNow < end)
            {
                await Task.Delay(100);
            }
        }
    }
}
