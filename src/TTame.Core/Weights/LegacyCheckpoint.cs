using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Weights;

/// <summary>The format before torch 1.6: five pickles in a row, then the storages, each behind its count of elements.</summary>
internal sealed class LegacyCheckpoint : CheckpointContainer
{
    private const long ProtocolVersion = 1001;
    private const int CountSize = 8;

    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    private readonly Stream stream;
    private readonly Dictionary<string, (long At, long Elements)> places = new(StringComparer.Ordinal);

    public LegacyCheckpoint(Stream stream, string file) : base(file)
    {
        this.stream = stream;
        byte[] head = new byte[(int)Math.Min(stream.Length, LargestPickle)];
        stream.ReadExactly(head);
        PickleBytes bytes = new(head, file);
        if (head.Length < 2 || head[0] != 0x80 || new Unpickler(bytes, file).Read() is not BigInteger magic || magic != Magic)
            throw new WeightsException(file, null, "a checkpoint of torch, zip or legacy", "another file");
        if (new Unpickler(bytes, file).Read() is not ProtocolVersion) throw new WeightsException(file, null, $"protocol {ProtocolVersion} of torch's legacy format", "another");
        if (new Unpickler(bytes, file).Read() is PickleDictionary system && system.TryGet("little_endian", out bool little) && !little)
            throw new WeightsException(file, null, "little-endian numbers", "big-endian ones");
        IReadOnlyDictionary<string, ScalarType?> types = Unpickle(bytes).StorageTypes;
        if (new Unpickler(bytes, file).Read() is not List<object?> keys || !keys.All(key => key is string))
            throw new WeightsException(file, null, "a list of storage keys", "something else");
        Measure([.. keys.Cast<string>()], types, bytes.Position);
    }

    public override long BytesOf(PickleStorage storage, int elementSize, string tensor)
    {
        if (!places.TryGetValue(storage.Key, out var place)) throw new WeightsException(File, tensor, $"a storage {storage.Key}", "the end of the file");
        if (storage.Elements != place.Elements) throw new WeightsException(File, tensor, $"{storage.Elements} elements of the storage {storage.Key}", $"{place.Elements}");
        long bytes = storage.Elements * elementSize, left = stream.Length - place.At;
        return bytes <= left ? bytes : throw new WeightsException(File, tensor, $"{bytes} bytes of data", $"{Math.Max(0, left)} before the end of the file");
    }

    public override void ReadStorage(PickleStorage storage, int elementSize, string tensor, Span<byte> target)
    {
        stream.Position = places[storage.Key].At;
        stream.ReadExactly(target);
    }

    public override void Dispose() => stream.Dispose();

    // A file that breaks off keeps the storages before the break; whoever needs a later one is told.
    private void Measure(string[] keys, IReadOnlyDictionary<string, ScalarType?> types, long at)
    {
        Span<byte> count = stackalloc byte[CountSize];
        foreach (string key in keys)
        {
            if (at > stream.Length - CountSize) return;
            stream.Position = at;
            stream.ReadExactly(count);
            long elements = BinaryPrimitives.ReadInt64LittleEndian(count);
            if (elements < 0 || elements > stream.Length) throw new WeightsException(File, null, $"a count of elements for the storage {key}", $"{elements}");
            if (!places.TryAdd(key, (at + CountSize, elements))) throw new WeightsException(File, null, "storages of different keys", $"{key} twice");
            at += CountSize + elements * (types.TryGetValue(key, out ScalarType? type) && type is ScalarType known ? known.ElementSize() : 1);
        }
    }
}
