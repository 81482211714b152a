using System.IO.Compression;
using TTame.Core.Primitives;

namespace TTame.Core.Weights;

/// <summary>The zip format: <c>data.pkl</c>, and an entry per storage.</summary>
internal sealed class ZipCheckpoint : CheckpointContainer
{
    private const string Pickle = "/data.pkl";

    private readonly ZipArchive archive;
    private readonly long size;
    private readonly string folder;

    public ZipCheckpoint(Stream stream, string file) : base(file)
    {
        size = stream.Length;
        archive = Guarded(() => new ZipArchive(stream, ZipArchiveMode.Read));
        string[] names = Guarded(() => archive.Entries.Select(entry => entry.FullName).ToArray());
        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw new WeightsException(file, null, "zip entries of different names", $"{twice} twice");
        string[] pickles = [.. names.Where(name => name.EndsWith(Pickle, StringComparison.Ordinal))];
        if (pickles.Length != 1) throw new WeightsException(file, null, "one data.pkl in a zip of torch", $"{pickles.Length}");
        folder = pickles[0][..^Pickle.Length];
        if (names.Any(name => name.StartsWith($"{folder}/code/", StringComparison.Ordinal)))
            throw new WeightsException(file, null, "a checkpoint", "a TorchScript program: give it a card of format torchscript (docs/MODELS.md)");
        if (archive.GetEntry($"{folder}/byteorder") is { } order && !Content(order, 16).AsSpan().SequenceEqual("little"u8))
            throw new WeightsException(file, null, "little-endian numbers", "another byte order");
        Unpickle(new(Content(archive.GetEntry(pickles[0])!, LargestPickle), file));
    }

    public override long BytesOf(PickleStorage storage, int elementSize, string tensor)
    {
        long length = Entry(storage, tensor).Length, expected = storage.Elements * (storage.Type is null ? 1 : elementSize);
        return length == expected && length <= size && storage.First == 0 ? length : throw new WeightsException(File, tensor, $"{expected} bytes of data", $"{length}");
    }

    public override void ReadStorage(PickleStorage storage, int elementSize, string tensor, Span<byte> target)
    {
        ZipArchiveEntry entry = Entry(storage, tensor);
        try
        {
            using Stream content = entry.Open();
            content.ReadExactly(target);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or IOException)
        {
            throw new WeightsException(File, tensor, $"{target.Length} bytes of data", $"a damaged zip entry {entry.FullName}");
        }
        if (Crc32.Of(target) != entry.Crc32) throw new WeightsException(File, tensor, $"data with the checksum {entry.Crc32:x8}", $"{Crc32.Of(target):x8}");
    }

    public override void Dispose() => archive.Dispose();

    private ZipArchiveEntry Entry(PickleStorage storage, string tensor)
        => archive.GetEntry($"{folder}/data/{storage.Key}") ?? throw new WeightsException(File, tensor, $"a zip entry {folder}/data/{storage.Key}", "none");

    // Nothing is taken on trust: torch stores without compression, so an entry is never longer than the file.
    private byte[] Content(ZipArchiveEntry entry, int largest)
    {
        if (entry.Length > largest || entry.Length != entry.CompressedLength)
            throw new WeightsException(File, null, $"{entry.FullName} uncompressed and of at most {largest} bytes", $"{entry.CompressedLength} bytes for {entry.Length}");
        byte[] bytes = new byte[entry.Length];
        Guarded(() =>
        {
            using Stream content = entry.Open();
            content.ReadExactly(bytes);
            return 0;
        });
        return Crc32.Of(bytes) == entry.Crc32 ? bytes : throw new WeightsException(File, null, $"{entry.FullName} with the checksum {entry.Crc32:x8}", $"{Crc32.Of(bytes):x8}");
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException or IOException)
        {
            throw new WeightsException(File, null, "a readable zip", e.Message);
        }
    }
}
