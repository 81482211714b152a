using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>A commit record as stored.</summary>
/// <param name="Record">The record; null where the blob holds something else.</param>
/// <param name="ETag">The blob's version, for a conditional replacement.</param>
/// <param name="Written">When it was written, by the storage's clock.</param>
public sealed record StoredRecord(CommitRecord? Record, ETag ETag, DateTimeOffset Written);

/// <summary>Writes results: files first, then the commit record, which makes them valid.</summary>
/// <param name="blobs">The storage account.</param>
/// <param name="settings">Names of the containers.</param>
public sealed class ResultStore(BlobServiceClient blobs, ServiceSettings settings)
{
    private readonly BlobContainerClient heatmaps = blobs.GetBlobContainerClient(settings.HeatmapsContainer);
    private readonly BlobContainerClient metrics = blobs.GetBlobContainerClient(settings.MetricsContainer);
    private readonly BlobContainerClient failed = blobs.GetBlobContainerClient(settings.FailedContainer);

    /// <summary>Makes the containers that do not exist.</summary>
    public async Task CreateContainersAsync(CancellationToken cancellation)
    {
        foreach (var container in new[] { blobs.GetBlobContainerClient(ServiceSettings.ImagesContainer), heatmaps, metrics, failed })
            await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
    }

    /// <summary>The commit record of an image and model, or null where there is none.</summary>
    public async Task<StoredRecord?> FindRecordAsync(ResultNames names, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadResult found = await metrics.GetBlobClient(names.CommitRecord).DownloadContentAsync(cancellation);
            return new(RecordJson.Read<CommitRecord>(found.Content), found.Details.ETag, found.Details.LastModified);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Writes one file of a result.</summary>
    /// <returns>When it was written, by the storage's clock.</returns>
    public async Task<DateTimeOffset> WriteFileAsync(string path, BinaryData content, string contentType, CancellationToken cancellation)
        => (await UploadAsync(heatmaps, path, content, contentType, conditions: null, cancellation)).LastModified;

    /// <summary>Writes the commit record if nobody has written another since <paramref name="older"/> was read.</summary>
    /// <returns>The record as stored; null where somebody has.</returns>
    public async Task<StoredRecord?> CommitAsync(ResultNames names, CommitRecord record, StoredRecord? older, CancellationToken cancellation)
    {
        var conditions = older is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = older.ETag };
        try
        {
            var written = await UploadAsync(metrics, names.CommitRecord, RecordJson.Write(record), JsonType, conditions, cancellation);
            return new(record, written.ETag, written.LastModified);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return null;
        }
    }

    /// <summary>Removes the files of an image and model that its commit record does not list: those of an older record, or of a crash.</summary>
    /// <remarks>Files written after <paramref name="until"/> stay: somebody may be explaining a newer version of the image.</remarks>
    public async Task RemoveUnlistedAsync(ResultNames names, CommitRecord record, DateTimeOffset until, CancellationToken cancellation)
    {
        try
        {
            await foreach (var blob in heatmaps.GetBlobsAsync(prefix: names.HeatmapFolder + "/", cancellationToken: cancellation))
                if (!record.Files.Contains(blob.Name) && IsDirectlyIn(names.HeatmapFolder, blob.Name) && blob.Properties.LastModified <= until)
                    await heatmaps.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellation);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // No container, no leftovers.
        }
    }

    /// <summary>Writes why an image could not be explained.</summary>
    public Task FileFailureAsync(FailedRecord record, string path, CancellationToken cancellation)
        => UploadAsync(failed, ResultNames.FailedRecord(path), RecordJson.Write(record), JsonType, conditions: null, cancellation);

    /// <summary>The failed record of an image; null where it has none.</summary>
    public async Task<FailedRecord?> FindFailureAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return RecordJson.Read<FailedRecord>((await failed.GetBlobClient(ResultNames.FailedRecord(path)).DownloadContentAsync(cancellation)).Value.Content);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Removes the failed record of an image that has been explained or is gone.</summary>
    public async Task ClearFailureAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await failed.GetBlobClient(ResultNames.FailedRecord(path)).DeleteIfExistsAsync(cancellationToken: cancellation);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // No container, no failure.
        }
    }

    private const string JsonType = "application/json; charset=utf-8";

    // An image named like a folder of results ("a.png/net-0123abcd/x.png") has its own folders below this one.
    private static bool IsDirectlyIn(string folder, string name) => !name.AsSpan(folder.Length + 1).Contains('/');

    private static async Task<BlobContentInfo> UploadAsync(
        BlobContainerClient container, string path, BinaryData content, string contentType, BlobRequestConditions? conditions, CancellationToken cancellation)
    {
        var options = new BlobUploadOptions { Conditions = conditions, HttpHeaders = new BlobHttpHeaders { ContentType = contentType } };
        try
        {
            return await container.GetBlobClient(path).UploadAsync(content, options, cancellation);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Containers are made at the start; one deleted since is made again.
            await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
            return await container.GetBlobClient(path).UploadAsync(content, options, cancellation);
        }
    }
}
