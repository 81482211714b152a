using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace TTame.Cli.Demo;

/// <summary>What the demo does with the storage account: put photographs in, see what has come out.</summary>
internal sealed class DemoStorage(string connectionString)
{
    // The service's names: docs/SETTINGS.md.
    private readonly BlobContainerClient images = new(connectionString, "images");
    private readonly BlobContainerClient heatmaps = new(connectionString, "heatmaps");
    private readonly BlobContainerClient metrics = new(connectionString, "metrics");
    private readonly BlobContainerClient failed = new(connectionString, "failed");

    /// <summary>Uploads one photograph under its file name.</summary>
    public async Task Upload(string file, CancellationToken cancel)
    {
        await images.CreateIfNotExistsAsync(cancellationToken: cancel);
        await images.GetBlobClient(Path.GetFileName(file)).UploadAsync(file, overwrite: true, cancel);
    }

    /// <summary>The photographs that are done: image name → name of its commit record.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Committed(CancellationToken cancel)
        => (await Names(metrics, cancel)).Where(n => n.Contains('/')).ToDictionary(n => n[..n.LastIndexOf('/')]);

    /// <summary>The photographs that could not be explained: image name → name of its failed record.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Failed(CancellationToken cancel)
        => (await Names(failed, cancel)).Where(n => n.EndsWith(".json", StringComparison.Ordinal)).ToDictionary(n => n[..^".json".Length]);

    /// <summary>A commit record.</summary>
    public async Task<CommitRecord> Record(string name, CancellationToken cancel) => CommitRecord.Read(await Read(metrics, name, cancel));

    /// <summary>A failed record.</summary>
    public async Task<FailedRecord> Failure(string name, CancellationToken cancel)
        => (await Read(failed, name, cancel)).ToObjectFromJson<FailedRecord>(System.Text.Json.JsonSerializerOptions.Web)!;

    /// <summary>A heatmap's file.</summary>
    public Task<BinaryData> Heatmap(string path, CancellationToken cancel) => Read(heatmaps, path, cancel);

    private static async Task<BinaryData> Read(BlobContainerClient container, string name, CancellationToken cancel)
        => (await container.GetBlobClient(name).DownloadContentAsync(cancel)).Value.Content;

    private static async Task<List<string>> Names(BlobContainerClient container, CancellationToken cancel)
    {
        List<string> names = [];
        try
        {
            await foreach (BlobItem blob in container.GetBlobsAsync(cancellationToken: cancel)) names.Add(blob.Name);
        }
        catch (Azure.RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];                                 // the service makes its containers when it needs them
        }
        return names;
    }
}
