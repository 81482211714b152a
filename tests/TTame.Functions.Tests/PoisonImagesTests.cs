using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging.Abstractions;
using TTame.Core.Backbones;
using TTame.Functions.Explain;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>Images that the platform has given up after five attempts.</summary>
[Trait("Kind", "Protocol")]
public class PoisonImagesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private QueueServiceClient Queues => new(azurite.ConnectionString, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    [SkippableFact]
    public async Task Fault12_Redrive_TheCauseIsMended_TheImageIsExplainedAndLeavesTheQueue()
    {
        var down = new PipelineRig(azurite.ConnectionString, fault: new StorageFault(r => r.Method == RequestMethod.Put && r.Uri.ToString().Contains("/heatmaps/"), int.MaxValue));
        string eTag = await down.UploadAsync("given/up #1.png", FakeModel.Png(1));
        await Assert.ThrowsAnyAsync<Exception>(() => down.RunAsync("given/up #1.png"));
        await PoisonAsync(Message("given/up #1.png", eTag));
        var mended = new PipelineRig(azurite.ConnectionString);
        var poison = Of(mended);
        Assert.Equal(1, await poison.CountAsync(default));
        var waiting = Assert.Single(await poison.FirstAsync(default));
        Assert.Equal("images/given/up #1.png", waiting.Source);
        Assert.Contains("tried again", waiting.Reason);

        var result = await poison.RedriveAsync(10, default);

        Assert.Equal((1, 0, 0), (result.Explained, result.StillFailing.Count, result.Left));
        Assert.Equal(eTag, mended.Record("given/up #1.png").Source.ETag);
        Assert.Empty(mended.Names("failed", "given/up #1.png"));
        Assert.Equal(0, (await poison.RedriveAsync(10, default)).Explained);
    }

    [SkippableFact]
    public async Task Fault12_Redrive_WhatFailsStillAndWhatNobodyUnderstands_StaysWithItsReason()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        string good = await rig.UploadAsync("mix/good.png", FakeModel.Png(1)), bad = await rig.UploadAsync("mix/bad.png", FakeModel.Png(1), ("model", "broken"));
        string text = await rig.UploadAsync("mix/text.png", "no picture"u8.ToArray());
        await PoisonAsync(Message("mix/good.png", good), Message("mix/bad.png", bad), Message("mix/text.png", text), Message("mix/never.png", bad), "no message of a blob trigger", "[1]");
        var poison = Of(rig);

        var result = await poison.RedriveAsync(100, default);

        Assert.Equal((1, 1, 1, 2, 3), (result.Explained, result.Rejected, result.Gone, result.NotUnderstood, result.Left));
        var failing = Assert.Single(result.StillFailing);
        Assert.Equal("images/mix/bad.png", failing.Source);
        Assert.Contains("its weights are missing", failing.Reason);
        // They are there for the next time, at once.
        Assert.Equal(3, (await poison.FirstAsync(default)).Count);
        Assert.Single((await poison.RedriveAsync(100, default)).StillFailing);
    }

    [SkippableFact]
    public async Task Fault12_Redrive_MoreThanAsked_TheRestWaits()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        List<string> messages = [];
        for (int i = 0; i < 40; i++) messages.Add(Message($"many/{i}.png", await rig.UploadAsync($"many/{i}.png", FakeModel.Png((byte)i))));
        await PoisonAsync([.. messages]);
        var poison = Of(rig);

        var some = await poison.RedriveAsync(35, default);
        Assert.Equal((35, 5), (some.Explained, some.Left));
        Assert.Equal(5, (await poison.RedriveAsync(100, default)).Explained);
        Assert.Equal(40, rig.Names("metrics", "many/").Count);
    }

    [SkippableFact]
    public async Task Fault12_NoQueueYet_IsNothingWaiting()
    {
        await Queues.GetQueueClient(PoisonImages.QueueName).DeleteIfExistsAsync();
        var poison = Of(new PipelineRig(azurite.ConnectionString));

        Assert.Equal(0, await poison.CountAsync(default));
        Assert.Empty(await poison.FirstAsync(default));
        Assert.Equal(0, (await poison.RedriveAsync(10, default)).Left);
    }

    [SkippableFact]
    public async Task Fault12_Service_ModelMendedAfterFiveAttempts_OneCallExplainsWhatWasGivenUp()
    {
        using var models = new ToyModels();
        string attention = Path.Combine(models.Path, ToyModels.Name, ModelCard.AttentionFile);
        byte[] whole = File.ReadAllBytes(attention);
        File.WriteAllText(attention, "no weights");
        await Queues.GetQueueClient(PoisonImages.QueueName).DeleteIfExistsAsync();
        var images = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient("images");
        await images.CreateIfNotExistsAsync();
        using var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path, ("Model", ToyModels.Name), ("InputPrefix", "poison/"));
        await images.GetBlobClient("poison/a.png").UploadAsync(new BinaryData(ToyModels.Picture(1)), overwrite: true);
        JsonElement poison = default;
        var end = DateTime.UtcNow + Patience;
        do
        {
            Assert.True(DateTime.UtcNow < end, service.Output);
            await Task.Delay(200);
            poison = (await service.Http.GetFromJsonAsync<JsonElement>("api/status")).GetProperty("poison");
        }
        while (poison.GetProperty("count").GetInt32() == 0);
        Assert.Contains("attention.safetensors", poison.GetProperty("first")[0].GetProperty("reason").GetString());

        File.WriteAllBytes(attention, whole);
        using var answer = await service.Http.PostAsync("api/redrive", null);
        var result = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((HttpStatusCode.OK, 1, 0), (answer.StatusCode, result.GetProperty("explained").GetInt32(), result.GetProperty("left").GetInt32()));
        Assert.Equal(HttpStatusCode.BadRequest, (await service.Http.PostAsync("api/redrive?most=0", null)).StatusCode);
        Assert.Equal(0, (await service.Http.GetFromJsonAsync<JsonElement>("api/status")).GetProperty("poison").GetProperty("count").GetInt32());
    }

    private PoisonImages Of(PipelineRig rig) => new(Queues, rig.Store, rig.Pipeline, NullLogger<PoisonImages>.Instance);

    private async Task PoisonAsync(params string[] messages)
    {
        var queue = Queues.GetQueueClient(PoisonImages.QueueName);
        await queue.CreateIfNotExistsAsync();
        await queue.ClearMessagesAsync();
        foreach (string message in messages) await queue.SendMessageAsync(message);
    }

    // As the blob trigger writes it.
    private static string Message(string path, string eTag)
        => JsonSerializer.Serialize(new { Type = "BlobTrigger", FunctionId = "Host.Functions.ExplainImage", BlobType = "BlockBlob", ContainerName = "images", BlobName = path, ETag = eTag }, new JsonSerializerOptions { WriteIndented = true });
}
