using TTame.Core.Primitives;

namespace TTame.Core.Weights;

/// <summary>The zip format: <c>data.pkl</c>, and an entry per storage.</summary>
internal sealed class ZipCheckpoint : CheckpointContainer
{
    private const string Pickle = "/data.pkl";
    private const int LongestByteOrder = 16;

    private readonly Stream stream;
    private readonly IReadOnlyDictionary<string, ZipEntry> entries;
    private readonly string folder;

    public ZipCheckpoint(Stream stream, string file) : base(file)
    {
        this.stream = stream;
        entries = ZipDirectory.Read(stream, file);
        ZipEntry[] pickles = [.. entries.Values.Where(entry => entry.Name.EndsWith(Pickle, StringComparison.Ordinal))];
        if (pickles.Length != 1) throw new WeightsException(file, null, "one data.pkl in a zip of torch", $"{pickles.Length}");
        folder = pickles[0].Name[..^Pickle.Length];
        if (entries.Keys.Any(name => name.StartsWith($"{folder}/code/", StringComparison.Ordinal)))
            throw new WeightsException(file, null, "a checkpoint", "a TorchScript program: give it a card of format torchscript (docs/MODELS.md)");
        if (entries.TryGetValue($"{folder}/byteorder", out ZipEntry order) && !Content(order, LongestByteOrder).AsSpan().SequenceEqual("little"u8))
            throw new WeightsException(file, null, "little-endian numbers", "another byte order");
        Unpickle(new(Content(pickles[0], LargestPickle), file));
    }

    public override long BytesOf(PickleStorage storage, int elementSize, string tensor)
    {
        Int128 expected = (Int128)storage.Elements * (storage.Type is null ? 1 : elementSize);
        long length = Entry(storage, tensor).Length;
        return length == expected ? length : throw new WeightsException(File, tensor, $"{expected} bytes of data", $"{length}");
    }

    public override void ReadStorage(PickleStorage storage, int elementSize, string tensor, Span<byte> target) => ZipDirectory.Read(stream, Entry(storage, tensor), target, File, tensor);

    public override void Dispose() => stream.Dispose();

    private ZipEntry Entry(PickleStorage storage, string tensor)
        => entries.TryGetValue($"{folder}/data/{storage.Key}", out ZipEntry entry) ? entry : throw new WeightsException(File, tensor, $"a zip entry {folder}/data/{storage.Key}", "none");

    private byte[] Content(ZipEntry entry, int largest)
    {
        if (entry.Length > largest) throw new WeightsException(File, null, $"{entry.Name} of at most {largest} bytes", $"{entry.Length}");
        byte[] bytes = new byte[entry.Length];
        ZipDirectory.Read(stream, entry, bytes, File, null);
        return bytes;
    }
}
