using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using TTame.Core.Imaging;
using TTame.Functions.Hosting;

namespace TTame.Functions.Runs;

/// <summary>What runs write: a folder per run. Every blob but <c>progress.json</c> is named by what it was made from and written once.</summary>
/// <param name="blobs">The storage account.</param>
/// <param name="settings">Names of the containers.</param>
public sealed class RunStore(BlobServiceClient blobs, ServiceSettings settings)
{
    private const int ListsInMemory = 8;
    private readonly BlobContainerClient runs = blobs.GetBlobContainerClient(settings.RunsContainer);
    private readonly BlobContainerClient reports = blobs.GetBlobContainerClient(settings.ReportsContainer);
    private readonly ConcurrentDictionary<string, FrozenLines> lists = new();

    /// <summary>The blob at a path; null where there is none.</summary>
    public Task<BinaryData?> FindAsync(string path, CancellationToken cancellation) => FindAsync(runs, path, cancellation);

    /// <summary>A run's report; null where it has none yet.</summary>
    public Task<BinaryData?> FindReportAsync(string run, CancellationToken cancellation) => FindAsync(reports, Report(run), cancellation);

    /// <summary>The blob at a path.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public async Task<BinaryData> ReadAsync(string path, CancellationToken cancellation)
        => await FindAsync(path, cancellation) ?? throw new FileNotFoundException($"'{path}' is not in the container '{runs.Name}'.", path);

    /// <summary>Writes a blob unless it is there: a second run of an activity makes the same bytes, and the first ones stay.</summary>
    /// <returns>Whether it was this call that wrote it.</returns>
    public Task<bool> WriteOnceAsync(string path, BinaryData content, CancellationToken cancellation) => WriteOnceAsync(runs, path, content, cancellation);

    /// <summary>Writes a run's report unless it is there.</summary>
    public Task<bool> WriteReportAsync(string run, BinaryData content, CancellationToken cancellation) => WriteOnceAsync(reports, Report(run), content, cancellation);

    /// <summary>Writes a blob whatever is there.</summary>
    public async Task WriteAsync(string path, BinaryData content, CancellationToken cancellation)
    {
        await runs.CreateIfNotExistsAsync(cancellationToken: cancellation);
        await runs.GetBlobClient(path).UploadAsync(content, overwrite: true, cancellation);
    }

    /// <summary>Removes a blob.</summary>
    public Task RemoveAsync(string path, CancellationToken cancellation) => runs.GetBlobClient(path).DeleteIfExistsAsync(cancellationToken: cancellation);

    /// <summary>Paths under a prefix, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(string prefix, CancellationToken cancellation)
    {
        List<string> names = [];
        try
        {
            await foreach (var blob in runs.GetBlobsAsync(prefix: prefix, cancellationToken: cancellation)) names.Add(blob.Name);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // No container, no run yet.
        }
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>A frozen list, whose images are read as they are needed.</summary>
    public async Task<ImageList> OpenAsync(ListReference list, CancellationToken cancellation)
    {
        if (!lists.TryGetValue(list.Blob, out var lines))
        {
            lines = new FrozenLines((await ReadAsync(list.Blob, cancellation)).ToArray());
            if (lists.Count >= ListsInMemory) lists.Clear();
            lists[list.Blob] = lines;
        }
        return new FrozenImageList(blobs.GetBlobContainerClient(list.Container), lines);
    }

    private static string Report(string run) => $"{run}/report.json";

    private static async Task<BinaryData?> FindAsync(BlobContainerClient container, string path, CancellationToken cancellation)
    {
        try
        {
            return (await container.GetBlobClient(path).DownloadContentAsync(cancellation)).Value.Content;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private static async Task<bool> WriteOnceAsync(BlobContainerClient container, string path, BinaryData content, CancellationToken cancellation)
    {
        try
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellation);
            await container.GetBlobClient(path).UploadAsync(content, new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.Status == 412)
        {
            return false;      // by an earlier attempt
        }
    }
}
