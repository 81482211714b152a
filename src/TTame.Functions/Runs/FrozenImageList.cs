using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Functions.Runs;

/// <summary>A frozen list whose images are read from storage as they are needed: whole blobs, or ranges of tars.</summary>
/// <param name="container">Container of the images.</param>
/// <param name="lines">The list.</param>
internal sealed class FrozenImageList(BlobContainerClient container, FrozenLines lines) : ImageList
{
    public override IReadOnlyList<ImageEntry> Entries => lines;

    public override byte[] Read(int index, long limit)
    {
        var image = lines.Image(index);
        try
        {
            return image.Tar is null ? ReadBlob(image.Name, limit) : ReadRange(image, limit);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 416)
        {
            throw new FileNotFoundException($"'{image.Name}' is gone.", image.Name, e);
        }
    }

    private byte[] ReadBlob(string name, long limit)
    {
        using BlobDownloadStreamingResult download = container.GetBlobClient(name).DownloadStreaming();
        Check(download.Details.ContentLength, limit);
        var bytes = new byte[download.Details.ContentLength];
        download.Content.ReadExactly(bytes);
        return bytes;
    }

    private byte[] ReadRange(FrozenImage image, long limit)
    {
        Check(image.Length, limit);
        if (image.Length == 0) return [];
        using BlobDownloadStreamingResult download = container.GetBlobClient(image.Tar).DownloadStreaming(new BlobDownloadOptions { Range = new HttpRange(image.Offset, image.Length) });
        var bytes = new byte[image.Length];
        download.Content.ReadExactly(bytes);
        return bytes;
    }

    private static void Check(long length, long limit)
    {
        if (length > limit) throw new ImageContentException("too_large", $"The file has {length} bytes; at most {limit} are read.");
    }
}
