using System.Formats.Tar;
using Azure.Storage.Blobs;

namespace TTame.Cli.Proof;

/// <summary>Cuts the proof's lists out of the CIFAR-10 tars and uploads each as one tar.</summary>
internal sealed class ProofPictures(string connectionString)
{
    /// <summary>The container.</summary>
    public const string Container = "photos";

    private readonly BlobContainerClient container = new(connectionString, Container);

    /// <summary>Uploads some pictures of a tar, unless they are there.</summary>
    /// <param name="name">Name of the list.</param>
    /// <param name="tar">The tar on disk.</param>
    /// <param name="first">First picture.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancel">Stops uploading.</param>
    /// <returns>The blob's name.</returns>
    public async Task<string> Upload(string name, string tar, int first, int count, CancellationToken cancel)
    {
        await container.CreateIfNotExistsAsync(cancellationToken: cancel);
        var blob = container.GetBlobClient(FormattableString.Invariant($"{name}-{first}-{count}.tar"));
        if (!await blob.ExistsAsync(cancel)) await blob.UploadAsync(new BinaryData(Cut(tar, first, count)), cancel);
        return blob.Name;
    }

    /// <summary>A tar of some pictures of another.</summary>
    /// <exception cref="CliException">There are not as many.</exception>
    internal static byte[] Cut(string tar, int first, int count)
    {
        using var cut = new MemoryStream();
        int seen = 0;
        using (var stream = File.OpenRead(tar))
        using (var reader = new TarReader(stream))
        using (var writer = new TarWriter(cut, leaveOpen: true))
            while (seen < first + count && reader.GetNextEntry() is { } entry)
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.Name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) && seen++ >= first)
                    writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry.Name) { DataStream = entry.DataStream });
        return seen == first + count ? cut.ToArray() : throw new CliException(ExitCode.Input, $"{tar} has {seen} pictures; the proof asks for the {count} from number {first} on.", "Ask for fewer.");
    }
}
