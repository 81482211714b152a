using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.DurableTask.Client;

namespace LocalFunctionsHost.Durable;

/// <summary>
/// A task hub in blobs. An instance's history is an append blob: a turn is one append, taken only where the blob ends as expected, so that
/// a turn is there whole or not at all, and two hosts cannot both go on.
/// </summary>
internal sealed class BlobHubStore(Func<BlobServiceClient> service, string hub) : IHubStore
{
    // A block of an append blob holds 4 MiB.
    private const int MaxBlock = 4 * 1024 * 1024;
    // An app without durable functions needs no storage: nothing is looked up before the hub is opened.
    private BlobContainerClient _instances = null!;
    private BlobContainerClient _payloads = null!;

    public async Task OpenAsync(CancellationToken cancellation)
    {
        _instances = service().GetBlobContainerClient($"{hub}-history");
        _payloads = service().GetBlobContainerClient($"{hub}-largemessages");
        await _instances.CreateIfNotExistsAsync(cancellationToken: cancellation);
        await _payloads.CreateIfNotExistsAsync(cancellationToken: cancellation);
    }

    public Task CreateLogAsync(string log, CancellationToken cancellation) => _instances.GetAppendBlobClient(log).CreateAsync(new AppendBlobCreateOptions(), cancellation);

    public async Task AppendAsync(string log, long position, byte[] lines, CancellationToken cancellation)
    {
        // Cut at line ends: a crash between two blocks leaves an unfinished turn, which the next run finishes.
        for (int start = 0; start < lines.Length;)
        {
            int length = Math.Min(MaxBlock, lines.Length - start);
            if (start + length < lines.Length) length = Array.LastIndexOf(lines, (byte)'\n', start + length - 1, length) - start + 1;
            await AppendBlockAsync(log, position + start, lines.AsMemory(start, length), cancellation);
            start += length;
        }
    }

    public async Task<byte[]?> ReadLogAsync(string log, CancellationToken cancellation)
    {
        try
        {
            return (await _instances.GetAppendBlobClient(log).DownloadContentAsync(cancellation)).Value.Content.ToArray();
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    public Task PutPayloadAsync(string name, string text, CancellationToken cancellation) => _payloads.GetBlobClient(name).UploadAsync(BinaryData.FromString(text), overwrite: true, cancellation);

    public async Task<string> GetPayloadAsync(string name, CancellationToken cancellation) => (await _payloads.GetBlobClient(name).DownloadContentAsync(cancellation)).Value.Content.ToString();

    public async Task<(InstanceState State, string Tag)?> GetHeadAsync(string id, CancellationToken cancellation)
    {
        try
        {
            var content = (await _instances.GetBlobClient(HubNames.Head(id)).DownloadContentAsync(cancellation)).Value;
            return (JsonSerializer.Deserialize<InstanceState>(content.Content, HistoryEvent.Json)!, content.Details.ETag.ToString("H"));
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    public async Task<string?> PutHeadAsync(InstanceState state, string? tag, CancellationToken cancellation)
    {
        var options = new BlobUploadOptions
        {
            Conditions = tag is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = new ETag(tag) },
            Metadata = new Dictionary<string, string>
            {
                ["status"] = state.Status.ToString(),
                ["created"] = state.Created.UtcDateTime.ToString("o", CultureInfo.InvariantCulture),
                ["updated"] = state.Updated.UtcDateTime.ToString("o", CultureInfo.InvariantCulture),
                ["name"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(state.Name)),
                ["execution"] = state.Execution,
            },
        };
        try
        {
            var written = await _instances.GetBlobClient(HubNames.Head(state.Id)).UploadAsync(BinaryData.FromString(JsonSerializer.Serialize(state, HistoryEvent.Json)), options, cancellation);
            return written.Value.ETag.ToString("H");
        }
        catch (RequestFailedException otherwise) when (otherwise.Status is 409 or 412)
        {
            return null;
        }
    }

    public async IAsyncEnumerable<(IReadOnlyList<InstanceState> Heads, string? Next)> ListAsync(string prefix, string? from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var page in _instances.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, HubNames.Mark + prefix, cancellation).AsPages(from))
        {
            List<InstanceState> heads = [];
            foreach (var blob in page.Values.Where(b => b.Name.EndsWith("/head.json", StringComparison.Ordinal)))
                heads.Add(new InstanceState(
                    blob.Name[HubNames.Mark.Length..^"/head.json".Length],
                    blob.Metadata["execution"],
                    Encoding.UTF8.GetString(Convert.FromBase64String(blob.Metadata["name"])),
                    Enum.Parse<OrchestrationRuntimeStatus>(blob.Metadata["status"]),
                    DateTimeOffset.Parse(blob.Metadata["created"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                    DateTimeOffset.Parse(blob.Metadata["updated"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)));
            yield return (heads, string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
        }
    }

    public async Task DeleteAsync(string id, string? keepExecution, CancellationToken cancellation)
    {
        // The head goes first: without it the rest is nobody's.
        if (keepExecution is null) await _instances.GetBlobClient(HubNames.Head(id)).DeleteIfExistsAsync(cancellationToken: cancellation);
        foreach (var container in new[] { _instances, _payloads })
            await foreach (var blob in container.GetBlobsAsync(prefix: HubNames.Folder(id), cancellationToken: cancellation))
            {
                string name = blob.Name[HubNames.Folder(id).Length..];
                if (keepExecution is not null && (name == "head.json" || name.StartsWith(keepExecution, StringComparison.Ordinal))) continue;
                await container.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellation);
            }
    }

    private async Task AppendBlockAsync(string log, long position, ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        var blob = _instances.GetAppendBlobClient(log);
        try
        {
            using var stream = new MemoryStream(block.ToArray(), writable: false);
            await blob.AppendBlockAsync(stream, new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = position } }, cancellation);
        }
        catch (RequestFailedException elsewhere) when (elsewhere.Status is 412 or 404)
        {
            // An attempt whose answer was lost may have written it already.
            if (elsewhere.Status == 412 && await IsThereAsync(blob, position, block, cancellation)) return;
            throw new StaleLogException(log);
        }
    }

    private static async Task<bool> IsThereAsync(AppendBlobClient blob, long position, ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        var properties = await blob.GetPropertiesAsync(cancellationToken: cancellation);
        if (properties.Value.ContentLength != position + block.Length) return false;
        var content = await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(position, block.Length) }, cancellation);
        return content.Value.Content.ToMemory().Span.SequenceEqual(block.Span);
    }
}
