using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace TTame.Functions.Explain;

/// <summary>An image that the platform has given up.</summary>
/// <param name="Source">Container and path; the message's text where it names no image.</param>
/// <param name="Reason">Why, as its failed record has it; null where there is none.</param>
public sealed record PoisonImage(string Source, string? Reason);

/// <summary>What a re-drive has come to.</summary>
/// <param name="Explained">Images explained now.</param>
/// <param name="AlreadyDone">Images that had been explained in the meantime.</param>
/// <param name="Rejected">Images that cannot be explained for good; their failed records say why.</param>
/// <param name="Gone">Images that are no longer there, or where none are explained.</param>
/// <param name="StillFailing">Images whose attempt ended in an error of the world again: they stay in the queue.</param>
/// <param name="NotUnderstood">Messages that name no image: they stay in the queue.</param>
/// <param name="Left">About how many messages the queue has now.</param>
public sealed record RedriveResult(int Explained, int AlreadyDone, int Rejected, int Gone, IReadOnlyList<PoisonImage> StillFailing, int NotUnderstood, int Left);

/// <summary>The images whose attempts have all failed. The platform puts them into a queue and leaves them there; here they are counted, and tried again when an operator says so.</summary>
/// <param name="queues">The storage account.</param>
/// <param name="results">Where the failed records are.</param>
/// <param name="pipeline">The way of an image.</param>
/// <param name="logger">Says what still fails.</param>
public sealed class PoisonImages(QueueServiceClient queues, ResultStore results, ExplainPipeline pipeline, ILogger<PoisonImages> logger)
{
    /// <summary>The blob trigger's queue of messages that it has given up.</summary>
    public const string QueueName = "webjobs-blobtrigger-poison";

    private const int PageSize = 32;
    // Longer than any attempt; a process that dies meanwhile gives its messages back then.
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);
    // An HTTP request is answered within four minutes or not at all.
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(2);

    private readonly QueueClient queue = queues.GetQueueClient(QueueName);

    /// <summary>About how many there are.</summary>
    public async Task<int> CountAsync(CancellationToken cancellation)
    {
        try
        {
            return (await queue.GetPropertiesAsync(cancellation)).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return 0;
        }
    }

    /// <summary>The first of them, with the reasons.</summary>
    public async Task<IReadOnlyList<PoisonImage>> FirstAsync(CancellationToken cancellation)
    {
        try
        {
            List<PoisonImage> first = [];
            foreach (PeekedMessage message in (await queue.PeekMessagesAsync(PageSize, cancellation)).Value) first.Add(await ShownAsync(message.Body, cancellation));
            return first;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return [];
        }
    }

    /// <summary>Tries images again, those that have waited longest first. An image that is explained, rejected or gone leaves the queue; another stays in it.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellation">Stops; what is being tried is tried again after ten minutes.</param>
    public async Task<RedriveResult> RedriveAsync(int most, CancellationToken cancellation)
    {
        long started = TimeProvider.System.GetTimestamp();
        List<QueueMessage> stay = [];
        List<PoisonImage> failing = [];
        Dictionary<ExplainOutcome, int> outcomes = [];
        int notUnderstood = 0;
        for (int taken = 0; taken < most && TimeProvider.System.GetElapsedTime(started) < LongestCall;)
        {
            var page = await ReceiveAsync(Math.Min(PageSize, most - taken), cancellation);
            if (page.Length == 0) break;
            taken += page.Length;
            // Together, so that they share batches.
            foreach (var (message, outcome) in await Task.WhenAll(page.Select(async m => (m, await TryAsync(m, cancellation)))))
            {
                if (outcome is { } done)
                {
                    outcomes[done] = outcomes.GetValueOrDefault(done) + 1;
                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellation);
                    continue;
                }
                stay.Add(message);
                if (Image(message.Body) is null) notUnderstood++;
                else failing.Add(await ShownAsync(message.Body, cancellation));
            }
        }
        foreach (var message in stay) await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, message.Body, TimeSpan.Zero, cancellation);
        return new(Of(ExplainOutcome.Explained), Of(ExplainOutcome.AlreadyDone), Of(ExplainOutcome.Failed), Of(ExplainOutcome.Gone) + Of(ExplainOutcome.Ignored), failing, notUnderstood, await CountAsync(cancellation));

        int Of(ExplainOutcome outcome) => outcomes.GetValueOrDefault(outcome);
    }

    // Null: it stays in the queue.
    private async Task<ExplainOutcome?> TryAsync(QueueMessage message, CancellationToken cancellation)
    {
        if (Image(message.Body) is not { } image) return null;
        try
        {
            return await pipeline.RunAsync(image.Container, image.Path, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogWarning("{Path} fails still: {Reason}", image.Path, e.Message);
            return null;
        }
    }

    private async Task<QueueMessage[]> ReceiveAsync(int count, CancellationToken cancellation)
    {
        try
        {
            return (await queue.ReceiveMessagesAsync(count, Hidden, cancellation)).Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return [];
        }
    }

    private async Task<PoisonImage> ShownAsync(BinaryData message, CancellationToken cancellation)
        => Image(message) is { } image ? new($"{image.Container}/{image.Path}", (await results.FindFailureAsync(image.Path, cancellation))?.Reason) : new(message.ToString(), null);

    // The names are the blob trigger's.
    private static (string Container, string Path)? Image(BinaryData message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            return json.RootElement is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty("ContainerName", out var container) && o.TryGetProperty("BlobName", out var blob)
                && container.ValueKind == JsonValueKind.String && blob.ValueKind == JsonValueKind.String ? (container.GetString()!, blob.GetString()!) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
