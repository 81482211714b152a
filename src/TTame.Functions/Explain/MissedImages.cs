using System.Collections.Concurrent;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>What a call has come to.</summary>
/// <param name="Looked">Images looked at.</param>
/// <param name="Explained">Images that had no result and have one now.</param>
/// <param name="AlreadyDone">Images that had theirs.</param>
/// <param name="Rejected">Images that cannot be explained; their failed records say why.</param>
/// <param name="Failing">Images whose attempt ended in an error of the world; ask again when the cause is mended.</param>
/// <param name="Continue">Where the next call goes on; null at the end of the container.</param>
public sealed record BackfillResult(int Looked, int Explained, int AlreadyDone, int Rejected, IReadOnlyList<PoisonImage> Failing, string? Continue);

/// <summary>Explains what no event has told of: images from before the app, or from while its subscription was down.</summary>
/// <param name="blobs">The storage account.</param>
/// <param name="pipeline">The way of an image: one that has its result costs a look at its commit record.</param>
/// <param name="settings">Where images are.</param>
/// <param name="logger">Says what fails.</param>
public sealed class MissedImages(BlobServiceClient blobs, ExplainPipeline pipeline, ServiceSettings settings, ILogger<MissedImages> logger)
{
    private const int PageSize = 100;
    // Downloads and decoding run side by side, the network in batches.
    private const int AtOnce = 16;
    // An HTTP request is answered within four minutes or not at all.
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(2);

    /// <summary>Looks through the container, a page after another: never more than a page of names is in memory, and a call that is cut off is simply made again.</summary>
    /// <param name="most">Images looked at, about; whole pages.</param>
    /// <param name="from">Where to go on, from an earlier call; null begins at the beginning.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<BackfillResult> RunAsync(int most, string? from, CancellationToken cancellation)
    {
        long started = TimeProvider.System.GetTimestamp();
        ConcurrentDictionary<ExplainOutcome, int> outcomes = [];
        ConcurrentQueue<PoisonImage> failing = [];
        int looked = 0;
        string? next = from;
        await foreach (var page in blobs.GetBlobContainerClient(ServiceSettings.ImagesContainer).GetBlobsAsync(prefix: settings.InputPrefix, cancellationToken: cancellation).AsPages(from, Math.Min(PageSize, most)))
        {
            await Parallel.ForEachAsync(page.Values, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (blob, stop) =>
            {
                if (await TryAsync(blob, failing, stop) is { } outcome) outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);
            });
            looked += page.Values.Count;
            next = string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken;
            if (looked >= most || TimeProvider.System.GetElapsedTime(started) >= LongestCall) break;
        }
        return new(looked, Of(ExplainOutcome.Explained), Of(ExplainOutcome.AlreadyDone), Of(ExplainOutcome.Failed), [.. failing.OrderBy(f => f.Source, StringComparer.Ordinal)], next);

        int Of(ExplainOutcome outcome) => outcomes.GetValueOrDefault(outcome);
    }

    private async Task<ExplainOutcome?> TryAsync(BlobItem blob, ConcurrentQueue<PoisonImage> failing, CancellationToken cancellation)
    {
        try
        {
            return await pipeline.RunAsync(ServiceSettings.ImagesContainer, blob.Name, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogWarning("{Path} fails: {Reason}", blob.Name, e.Message);
            failing.Enqueue(new($"{ServiceSettings.ImagesContainer}/{blob.Name}", e.Message));
            return null;
        }
    }
}
