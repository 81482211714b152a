using System.Buffers.Binary;

namespace TTame.Core.Imaging.Formats;

/// <summary>Writes a one-page TIFF around given strips or tiles.</summary>
internal sealed class TiffWriter(bool isLittle)
{
    private const ushort Short = 3, Long = 4;
    private const int HeaderLength = 8, EntryLength = 12;
    private readonly SortedDictionary<ushort, (ushort Type, long[] Values)> _entries = [];

    internal void Add(ushort tag, IEnumerable<long> values) => _entries[tag] = (Long, [.. values]);

    internal void AddShorts(ushort tag, IEnumerable<long> values) => _entries[tag] = (Short, [.. values]);

    /// <summary>The pieces of the file: header, directory and values, then the blocks.</summary>
    internal List<ReadOnlyMemory<byte>> Finish(ushort offsetTag, ushort lengthTag, IReadOnlyList<ReadOnlyMemory<byte>> blocks)
    {
        Add(lengthTag, blocks.Select(b => (long)b.Length));
        Add(offsetTag, new long[blocks.Count]);
        int directory = 2 + (_entries.Count * EntryLength) + 4;
        int values = _entries.Values.Sum(OutsideLength);
        long at = HeaderLength + directory + values;
        long[] offsets = _entries[offsetTag].Values;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = at;
            at += blocks[i].Length;
        }

        byte[] head = new byte[HeaderLength + directory + values];
        (isLittle ? "II*\0"u8 : "MM\0*"u8).CopyTo(head);
        Put32(head.AsSpan(4), HeaderLength);
        Put16(head.AsSpan(HeaderLength), _entries.Count);
        int entryAt = HeaderLength + 2, valueAt = HeaderLength + directory;
        foreach (var (tag, entry) in _entries)
        {
            var here = head.AsSpan(entryAt, EntryLength);
            Put16(here, tag);
            Put16(here[2..], entry.Type);
            Put32(here[4..], entry.Values.Length);
            if (OutsideLength(entry) is var length && length == 0) PutValues(here[8..], entry);
            else
            {
                Put32(here[8..], valueAt);
                PutValues(head.AsSpan(valueAt, length), entry);
                valueAt += length;
            }

            entryAt += EntryLength;
        }

        return [head, .. blocks];
    }

    private static int OutsideLength((ushort Type, long[] Values) entry)
    {
        int length = entry.Values.Length * (entry.Type == Short ? 2 : 4);
        return length <= 4 ? 0 : length + (length & 2);
    }

    private void PutValues(Span<byte> target, (ushort Type, long[] Values) entry)
    {
        for (int i = 0; i < entry.Values.Length; i++)
            if (entry.Type == Short) Put16(target[(2 * i)..], entry.Values[i]);
            else Put32(target[(4 * i)..], entry.Values[i]);
    }

    private void Put16(Span<byte> target, long value)
    {
        if (isLittle) BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)value);
        else BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)value);
    }

    private void Put32(Span<byte> target, long value)
    {
        if (isLittle) BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)value);
        else BinaryPrimitives.WriteUInt32BigEndian(target, (uint)value);
    }
}
