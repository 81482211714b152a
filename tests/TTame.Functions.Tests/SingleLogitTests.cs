using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using TTame.Core.Attention;
using TTame.Core.Tests.Evaluation;
using TTame.Functions.Explain;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>A user's TorchScript program with one logit, behind the pipeline that a blob starts.</summary>
[Trait("Kind", "Protocol")]
public sealed class SingleLogitTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ttame-single-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SkippableFact]
    public async Task Run_PhotographForASingleLogit_RecordHasItsSigmoidAndItsFaithfulness()
    {
        var settings = SettingsTests.Read(("Model", "ward"));
        using LoadedModel model = SigmoidModels.TorchScript(folder);
        using InferenceLoop loop = new(settings);
        BlobServiceClient blobs = new(azurite.ConnectionString);
        ResultStore store = new(blobs, settings);
        PicturePreparation preparation = new(settings);
        ExplainPipeline pipeline = new(new ImageSource(blobs), store, new One(new ExplainingModel(model, loop)), preparation, new ResultWriter(store, preparation, settings), settings, new(), NullLogger<ExplainPipeline>.Instance);
        var images = blobs.GetBlobContainerClient("images");
        await images.CreateIfNotExistsAsync();
        await images.GetBlobClient("chest.png").UploadAsync(new BinaryData(FakeModel.Png(90, 60, 50)), overwrite: true);

        await pipeline.RunAsync("images", "chest.png", CancellationToken.None);

        var name = Assert.Single(blobs.GetBlobContainerClient("metrics").GetBlobs(prefix: "chest.png/").Select(blob => blob.Name).ToList());
        CommitRecord record = RecordJson.Read<CommitRecord>((await blobs.GetBlobContainerClient("metrics").GetBlobClient(name).DownloadContentAsync()).Value.Content)!;
        var best = Assert.Single(record.Top5);
        Assert.Equal((0, "pneumonia"), (best.Id, best.Name));
        Assert.InRange(best.Confidence, 0.001, 0.999);
        Assert.Equal(best.Confidence, Assert.Single(record.Classes).Confidence);
        Assert.Equal(best.Confidence, record.Faithfulness!.Confidence, 1e-6);
        Assert.All(record.Faithfulness.Shares, share => Assert.InRange(share.Confidence, 0.001, 0.999));
    }

    private sealed class One(IExplainingModel model) : IExplainingModels
    {
        public Task<IExplainingModel> GetAsync(string name, CancellationToken cancellation) => Task.FromResult(model);

        public Task<string> DefaultAsync(CancellationToken cancellation) => Task.FromResult(model.Identity.Name);
    }
}
