using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace LocalFunctionsHost.Blobs;

/// <summary>
/// One receipt per function and version (ETag) of a blob: made incomplete, leased while the message is sent, completed after.
/// A version is so enqueued once; a crash between leaves an incomplete receipt, and the version is enqueued again.
/// </summary>
internal sealed class BlobReceipts(BlobContainerClient hosts, string hostId)
{
    private const string Incomplete = "Incomplete";
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    public string NameOf(string functionId, ETag eTag, string container, string blob) => $"blobreceipts/{hostId}/{functionId}/{eTag:H}/{container}/{blob}";

    /// <summary>Enqueues by <paramref name="send"/> unless the version's receipt is complete or another host holds it.</summary>
    /// <returns>Whether a message was sent now, had been sent before, or must be tried again: a host, perhaps a dead one, holds the receipt.</returns>
    public async Task<Receipt> OnceAsync(string receiptName, Func<Task> send, CancellationToken cancellation)
    {
        var receipt = hosts.GetBlobClient(receiptName);
        if (!await CreateAsync(receipt, cancellation) && await IsCompleteAsync(receipt, cancellation)) return Receipt.Complete;
        var lease = receipt.GetBlobLeaseClient();
        try
        {
            await lease.AcquireAsync(LeaseTime, cancellationToken: cancellation);
        }
        catch (RequestFailedException held) when (held.Status is 404 or 409)
        {
            return Receipt.Held;
        }

        try
        {
            // Somebody may have completed it between the look and the lease.
            if (await IsCompleteAsync(receipt, cancellation)) return Receipt.Complete;
            await send();
            await receipt.SetMetadataAsync(new Dictionary<string, string>(), new BlobRequestConditions { LeaseId = lease.LeaseId }, CancellationToken.None);
            return Receipt.Sent;
        }
        finally
        {
            await ReleaseAsync(lease);
        }
    }

    private static async Task<bool> CreateAsync(BlobClient receipt, CancellationToken cancellation)
    {
        try
        {
            await receipt.UploadAsync(
                BinaryData.FromBytes(Array.Empty<byte>()),
                new BlobUploadOptions { Metadata = new Dictionary<string, string> { [Incomplete] = Incomplete }, Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } },
                cancellation);
            return true;
        }
        catch (RequestFailedException exists) when (exists.Status is 409 or 412)
        {
            return false;
        }
    }

    private static async Task<bool> IsCompleteAsync(BlobClient receipt, CancellationToken cancellation)
    {
        try
        {
            var properties = await receipt.GetPropertiesAsync(cancellationToken: cancellation);
            return !properties.Value.Metadata.Keys.Contains(Incomplete, StringComparer.OrdinalIgnoreCase);
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            return false;
        }
    }

    private static async Task ReleaseAsync(BlobLeaseClient lease)
    {
        try
        {
            await lease.ReleaseAsync();
        }
        catch (RequestFailedException)
        {
            // It runs out by itself.
        }
    }
}

/// <summary>What came of asking for a message about one version of a blob.</summary>
internal enum Receipt
{
    Sent,
    Complete,
    Held,
}
