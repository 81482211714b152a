using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;

namespace LocalFunctionsHost.Blobs;

/// <summary>How far the listing of one container has come, kept in storage so that a restart goes on there.</summary>
internal sealed class ScanInfo(BlobContainerClient hosts, string hostId)
{
    /// <summary>The time that the next listing starts from; the beginning of time at the first start.</summary>
    public async Task<DateTimeOffset> ReadAsync(string account, string container, CancellationToken cancellation)
    {
        try
        {
            var content = await Blob(account, container).DownloadContentAsync(cancellation);
            using var json = JsonDocument.Parse(content.Value.Content);
            return DateTimeOffset.Parse(json.RootElement.GetProperty("LatestScan").GetString()!, CultureInfo.InvariantCulture);
        }
        catch (Exception none) when (none is RequestFailedException { Status: 404 } or JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return DateTimeOffset.MinValue;
        }
    }

    public Task WriteAsync(string account, string container, DateTimeOffset latest, CancellationToken cancellation)
        => Blob(account, container).UploadAsync(
            BinaryData.FromString($$"""{"LatestScan":"{{latest.UtcDateTime.ToString("o", CultureInfo.InvariantCulture)}}"}"""), overwrite: true, cancellation);

    private BlobClient Blob(string account, string container) => hosts.GetBlobClient($"blobscaninfo/{hostId}/{account}/{container}/scanInfo");
}
