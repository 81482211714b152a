using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>An image as the container has it now.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Metadata">Its metadata.</param>
public sealed record SourceImage(SourceVersion Version, IDictionary<string, string> Metadata);

/// <summary>Reads images from their container.</summary>
/// <param name="blobs">The storage account.</param>
public sealed class ImageSource(BlobServiceClient blobs)
{
    private readonly BlobContainerClient container = blobs.GetBlobContainerClient(ServiceSettings.ImagesContainer);

    /// <summary>The image at <paramref name="path"/>, or null where there is none.</summary>
    public async Task<SourceImage?> FindAsync(string path, CancellationToken cancellation)
    {
        try
        {
            BlobProperties found = await container.GetBlobClient(path).GetPropertiesAsync(cancellationToken: cancellation);
            return new(new(container.Name, path, found.ETag.ToString(), found.LastModified, found.ContentLength), found.Metadata);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The bytes of exactly this version, or null where it is no longer there.</summary>
    /// <exception cref="ExplainException"><c>too_large</c>: the stream holds more than <paramref name="most"/> bytes, whatever its properties say.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(SourceVersion version, long most, CancellationToken cancellation)
    {
        try
        {
            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag(version.ETag) } };
            using BlobDownloadStreamingResult download = await container.GetBlobClient(version.Path).DownloadStreamingAsync(options, cancellation);
            return await ReadUpToAsync(download.Content, version.Bytes, most, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadUpToAsync(Stream content, long expected, long most, CancellationToken cancellation)
    {
        var buffer = new byte[checked((int)Math.Min(expected, most)) + 1];     // one more than may come, to notice that it does
        int filled = 0;
        while (true)
        {
            int read = await content.ReadAsync(buffer.AsMemory(filled), cancellation);
            if (read == 0) return buffer.AsMemory(0, filled);
            filled += read;
            if (filled > most) throw TooLarge(filled, most);
            if (filled == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, most + 1));
        }
    }

    /// <summary>The error for a file of <paramref name="bytes"/> bytes or more.</summary>
    public static ExplainException TooLarge(long bytes, long most)
        => new(ExplainException.TooLarge, $"the file has {bytes} bytes or more, {most} are allowed (setting {KnownSettings.MaxBytes.Name})");
}
