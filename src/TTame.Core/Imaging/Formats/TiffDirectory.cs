using System.Buffers.Binary;

namespace TTame.Core.Imaging.Formats;

/// <summary>The first directory of a TIFF: tags and where their values lie.</summary>
/// <source>TIFF6:§2; BigTIFF</source>
internal sealed class TiffDirectory
{
    private const int MostValues = 1 << 24;
    private readonly ReadOnlyMemory<byte> _file;
    private readonly bool _isBig;
    private readonly Dictionary<ushort, Entry> _entries = [];

    private readonly record struct Entry(ushort Type, long Count, long At);

    internal TiffDirectory(ReadOnlyMemory<byte> file)
    {
        _file = file;
        IsLittle = file.Span[0] == (byte)'I';
        _isBig = Half(2) == 43;
        long first = _isBig ? Quad(8) : Word(4);
        (int countLength, int entryLength) = Lengths;
        long entries = _isBig ? Quad(first) : Half(first);
        if (entries is < 1 or > ushort.MaxValue) throw Refusal.Corrupt($"The TIFF's first directory has {entries} entries.");
        for (int i = 0; i < entries; i++)
        {
            long at = first + countLength + ((long)i * entryLength);
            ushort tag = Half(at), type = Half(at + 2);
            long count = _isBig ? Quad(at + 4) : Word(at + 4);
            int size = TypeSize(type);
            long inline = at + (_isBig ? 12 : 8);
            bool isInline = size > 0 && count <= (_isBig ? 8 : 4) / size;
            _entries.TryAdd(tag, new(type, count, isInline ? inline : _isBig ? Quad(inline) : Word(inline)));
        }

        Next = first + countLength + (entries * entryLength);
        _ = _isBig ? Quad(Next) : Word(Next);       // a directory ends with the place of the next one
    }

    internal bool IsLittle { get; }

    private long Next { get; }

    private (int Count, int Entry) Lengths => _isBig ? (8, 20) : (2, 12);

    internal bool Has(ushort tag) => _entries.ContainsKey(tag);

    /// <summary>The first value of <paramref name="tag"/>, or <paramref name="otherwise"/>.</summary>
    internal long Value(ushort tag, long otherwise)
        => _entries.TryGetValue(tag, out var entry) && entry.Count > 0 ? Number(entry, 0) : otherwise;

    /// <summary>All values of <paramref name="tag"/>; empty where it is missing.</summary>
    internal long[] Values(ushort tag)
    {
        if (!_entries.TryGetValue(tag, out var entry)) return [];
        if (entry.Count > MostValues) throw Refusal.Corrupt($"Tag {tag} of the TIFF has {entry.Count} values.");
        _file.Span.Part(entry.At, entry.Count * TypeSize(entry.Type));
        var values = new long[entry.Count];
        for (int i = 0; i < values.Length; i++) values[i] = Number(entry, i);
        return values;
    }

    /// <summary>Directories from the first on, one more than <paramref name="most"/> at most. A damaged chain ends the count: only the first is read.</summary>
    internal int CountPages(int most)
    {
        HashSet<long> seen = [];
        (int countLength, int entryLength) = Lengths;
        int pages = 1;
        long next = Next;
        try
        {
            while (pages <= most)
            {
                long at = _isBig ? Quad(next) : Word(next);
                if (at == 0 || !seen.Add(at)) break;
                pages++;
                next = at + countLength + ((_isBig ? Quad(at) : Half(at)) * entryLength);
            }
        }
        catch (Primitives.ImageContentException)
        {
            // The chain leads out of the file.
        }

        return pages;
    }

    private long Number(Entry entry, int index) => entry.Type switch
    {
        1 or 2 or 6 or 7 => _file.Span.Byte(entry.At + index),
        3 or 8 => Half(entry.At + (2L * index)),
        4 or 9 or 13 => Word(entry.At + (4L * index)),
        16 or 17 or 18 => Quad(entry.At + (8L * index)),
        _ => throw Refusal.Corrupt($"A tag of the TIFF has the type {entry.Type} where a whole number is needed."),
    };

    private static int TypeSize(ushort type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    private ushort Half(long at) => IsLittle ? _file.Span.Little16(at) : _file.Span.Big16(at);

    private uint Word(long at) => IsLittle ? _file.Span.Little32(at) : _file.Span.Big32(at);

    private long Quad(long at)
    {
        var bytes = _file.Span.Part(at, 8);
        long value = IsLittle ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadInt64BigEndian(bytes);
        return value is >= 0 and <= long.MaxValue / 4 ? value : throw Refusal.Corrupt($"The TIFF names the byte {(ulong)value}.");
    }
}
