using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging.Abstractions;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;

namespace TTame.Functions.Tests;

/// <summary>One worker: a pipeline on a real Azurite with a fake model, and a view of what it wrote.</summary>
internal sealed class PipelineRig
{
    private readonly BlobServiceClient plain;

    public PipelineRig(string connection, FakeModel? model = null, StorageFault? fault = null, params (string, string)[] settings)
    {
        Settings = SettingsTests.Read([("Model", "net"), ("Classes", "top:2"), .. settings]);
        Model = model ?? new FakeModel();
        plain = new BlobServiceClient(connection);
        var options = new BlobClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(5), MaxDelay = TimeSpan.FromMilliseconds(20), MaxRetries = 3 } };
        if (fault is not null) options.AddPolicy(fault, HttpPipelinePosition.PerRetry);
        var blobs = new BlobServiceClient(connection, options);
        Store = new ResultStore(blobs, Settings);
        var preparation = new PicturePreparation(Settings);
        Pipeline = new ExplainPipeline(new ImageSource(blobs), Store, Model, preparation, new ResultWriter(Store, preparation, Settings), Settings, Counts, NullLogger<ExplainPipeline>.Instance);
        plain.GetBlobContainerClient(ServiceSettings.ImagesContainer).CreateIfNotExists();
    }

    public ServiceSettings Settings { get; }
    public FakeModel Model { get; }
    public ResultStore Store { get; }
    public ExplainCounts Counts { get; } = new();
    public ExplainPipeline Pipeline { get; }

    public MissedImages Missed => new(plain, Pipeline, Settings, NullLogger<MissedImages>.Instance);

    public Task<ExplainOutcome> RunAsync(string path) => Pipeline.RunAsync(ServiceSettings.ImagesContainer, path, CancellationToken.None);

    public BlobClient Image(string path) => plain.GetBlobContainerClient(ServiceSettings.ImagesContainer).GetBlobClient(path);

    /// <summary>Uploads an image and returns its ETag.</summary>
    public async Task<string> UploadAsync(string path, byte[] content, params (string Key, string Value)[] metadata)
    {
        BlobContentInfo info = await Image(path).UploadAsync(new BinaryData(content), new BlobUploadOptions { Metadata = metadata.ToDictionary(m => m.Key, m => m.Value) });
        return info.ETag.ToString();
    }

    public List<string> Names(string container, string prefix)
    {
        var client = plain.GetBlobContainerClient(container);
        return client.Exists() ? [.. client.GetBlobs(prefix: prefix).Select(b => b.Name).Order(StringComparer.Ordinal)] : [];
    }

    public byte[] Bytes(string container, string path)
    {
        BlobDownloadResult found = plain.GetBlobContainerClient(container).GetBlobClient(path).DownloadContent();
        return found.Content.ToArray();
    }

    public CommitRecord Record(string path)
        => RecordJson.Read<CommitRecord>(new BinaryData(Bytes("metrics", Assert.Single(Names("metrics", path + "/")))))!;

    public JsonElement Failure(string path) => JsonDocument.Parse(Bytes("failed", ResultNames.FailedRecord(path))).RootElement;
}
