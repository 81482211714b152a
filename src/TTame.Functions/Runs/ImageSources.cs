using System.Formats.Tar;
using Azure;
using Azure.Storage.Blobs;
using TTame.Core.Imaging;

namespace TTame.Functions.Runs;

/// <summary>What a source has: its images, and what its list names but is not there.</summary>
/// <param name="Images">In ordinal order of their names, or in the order of the list.</param>
/// <param name="Missing">Names of a list that no blob has, or that cannot be written in a list.</param>
public sealed record SourceImages(IReadOnlyList<FrozenImage> Images, IReadOnlyList<string> Missing);

/// <summary>Finds the images that a request means: under a prefix, in a list, or in tars among either.</summary>
/// <param name="blobs">The storage account.</param>
public sealed class ImageSources(BlobServiceClient blobs)
{
    private const string TarEnding = ".tar";
    private const int TarBuffer = 4 << 20;

    /// <summary>Whether the container is there.</summary>
    public async Task<bool> ExistsAsync(ImagesRequest source, CancellationToken cancellation)
        => await blobs.GetBlobContainerClient(source.Container).ExistsAsync(cancellation);

    /// <summary>The images of a source. Nothing is decoded: what is no picture is found, counted and listed when it is read.</summary>
    /// <exception cref="ArgumentException">A line of the list cannot be understood.</exception>
    public async Task<SourceImages> FindAsync(ImagesRequest source, CancellationToken cancellation)
    {
        var container = blobs.GetBlobContainerClient(source.Container);
        List<FrozenImage> found = [];
        List<string> missing = [];
        if (source.List is { } list)
        {
            var named = await ReadListAsync(container, list, cancellation);
            HashSet<string> there = [.. await NamesAsync(container, CommonPrefix(named), cancellation)];
            foreach (var entry in named)
                if (!there.Contains(entry.Name)) missing.Add(entry.Name);
                else found.Add(new(entry.Name, entry.Label));
        }
        else
        {
            string labelsBlob = source.Prefix + ImageList.LabelsFile;
            var names = await NamesAsync(container, source.Prefix, cancellation);
            var labels = names.Contains(labelsBlob) ? (await ReadListAsync(container, labelsBlob, cancellation)).ToDictionary(e => source.Prefix + e.Name, e => e.Label) : [];
            found.AddRange(names.Where(n => n != labelsBlob).Order(StringComparer.Ordinal).Select(n => new FrozenImage(n, labels.GetValueOrDefault(n))));
        }
        List<FrozenImage> images = [];
        foreach (var image in found)
            if (image.Name.EndsWith(TarEnding, StringComparison.OrdinalIgnoreCase)) images.AddRange(await TarAsync(container, image.Name, cancellation));
            else images.Add(image);
        missing.AddRange(images.Where(i => !i.CanBeWritten).Select(i => i.Name));
        return new([.. images.Where(i => i.CanBeWritten)], missing);
    }

    private static async Task<List<string>> NamesAsync(BlobContainerClient container, string? prefix, CancellationToken cancellation)
    {
        List<string> names = [];
        await foreach (var blob in container.GetBlobsAsync(prefix: prefix, cancellationToken: cancellation)) names.Add(blob.Name);
        return names;
    }

    private static async Task<IReadOnlyList<ImageEntry>> ReadListAsync(BlobContainerClient container, string path, CancellationToken cancellation)
    {
        string file = Path.GetTempFileName();
        try
        {
            await container.GetBlobClient(path).DownloadToAsync(file, cancellation);
            using var lines = ImageList.Open(file, Path.GetTempPath());
            return lines.Entries;
        }
        catch (ImageListException e)
        {
            throw new ArgumentException($"The list '{container.Name}/{path}', line {e.Line}: {e.Message[(e.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..]}", e);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new ArgumentException($"There is no list '{container.Name}/{path}'. Upload it, or name another.", e);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // One pass over the headers; members are later read by their range, so that no replica needs the whole tar.
    private static async Task<List<FrozenImage>> TarAsync(BlobContainerClient container, string path, CancellationToken cancellation)
    {
        await using var stream = await container.GetBlobClient(path).OpenReadAsync(bufferSize: TarBuffer, cancellationToken: cancellation);
        return await Task.Run(() => ReadTar(path, stream), cancellation);
    }

    private static List<FrozenImage> ReadTar(string path, Stream stream)
    {
        List<FrozenImage> members = [];
        Dictionary<string, int?> labels = [];
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
            string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (name == ImageList.LabelsFile && entry.DataStream is { } text) labels = ReadLabels(text);
            else members.Add(new(name, null, path, entry.DataOffset, entry.Length));
        }
        return [.. members.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => m with { Name = $"{path}/{m.Name}", Label = labels.GetValueOrDefault(m.Name) })];
    }

    private static Dictionary<string, int?> ReadLabels(Stream text)
    {
        string file = Path.GetTempFileName();
        try
        {
            using (var copy = File.Create(file)) text.CopyTo(copy);
            using var lines = ImageList.Open(file, Path.GetTempPath());
            return lines.Entries.ToDictionary(e => e.Name, e => e.Label);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string? CommonPrefix(IReadOnlyList<ImageEntry> entries)
    {
        string prefix = entries.Count == 0 ? "" : entries[0].Name;
        foreach (var entry in entries)
        {
            int same = 0;
            while (same < prefix.Length && same < entry.Name.Length && prefix[same] == entry.Name[same]) same++;
            prefix = prefix[..same];
        }
        return prefix.Length == 0 ? null : prefix;
    }
}
