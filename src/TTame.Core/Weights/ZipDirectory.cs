using System.Buffers.Binary;
using System.Text;
using TTame.Core.Primitives;

namespace TTame.Core.Weights;

/// <summary>A file of a zip, stored as it is.</summary>
/// <param name="Name">With its folders.</param>
/// <param name="At">Place of its first byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">CRC-32 of its bytes.</param>
internal readonly record struct ZipEntry(string Name, long At, long Length, uint Checksum);

/// <summary>The list of a zip's files, held to what torch writes: stored without compression, each under its own name, none over another. So what is read is never more than the file.</summary>
internal static class ZipDirectory
{
    private const uint EndMark = 0x06054b50, Locator64Mark = 0x07064b50, End64Mark = 0x06064b50, RecordMark = 0x02014b50, LocalMark = 0x04034b50;
    private const int EndSize = 22, Locator64Size = 20, End64Size = 56, RecordSize = 46, LocalSize = 30, LongestComment = ushort.MaxValue;
    private const int Encrypted = 1, Stored = 0, Extra64 = 1;
    private const uint Elsewhere = uint.MaxValue;                                  // the number is too large for 32 bits and stands in the zip64 field

    /// <summary>Reads the list.</summary>
    /// <param name="stream">The zip.</param>
    /// <param name="file">What errors call the file.</param>
    /// <exception cref="WeightsException">It is broken, or not what torch writes.</exception>
    public static IReadOnlyDictionary<string, ZipEntry> Read(Stream stream, string file)
    {
        (long count, long size, long at) = End(stream, file);
        if (at < 0 || size < 0 || size > CheckpointContainer.LargestPickle || at > stream.Length - size)
            throw new WeightsException(file, null, $"a zip's list of files inside the file, of at most {CheckpointContainer.LargestPickle} bytes", $"{size} bytes from {at}");
        byte[] list = Bytes(stream, at, (int)size);
        Dictionary<string, ZipEntry> entries = new(StringComparer.Ordinal);
        int position = 0;
        for (long i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> record = list.AsSpan(position);
            if (record.Length < RecordSize || UInt32(record, 0) != RecordMark) throw new WeightsException(file, null, $"{count} zip entries", $"{i}");
            int names = UInt16(record, 28), extra = UInt16(record, 30), length = RecordSize + names + extra + UInt16(record, 32);
            if (record.Length < length) throw new WeightsException(file, null, $"{count} zip entries", $"{i} and a part");
            ZipEntry entry = Entry(stream, record[..length], names, extra, at, file);
            if (!entries.TryAdd(entry.Name, entry)) throw new WeightsException(file, null, "zip entries of different names", $"{entry.Name} twice");
            position += length;
        }
        if (position != size) throw new WeightsException(file, null, $"{count} zip entries", "more");
        CheckApart(entries.Values, file);
        return entries;
    }

    /// <summary>Fills <paramref name="target"/> with a stored file and checks its checksum.</summary>
    /// <param name="stream">The zip.</param>
    /// <param name="entry">The file.</param>
    /// <param name="target">As long as the file.</param>
    /// <param name="file">What errors call the zip.</param>
    /// <param name="tensor">The tensor that needs it, or null.</param>
    /// <exception cref="WeightsException">The checksum is another.</exception>
    public static void Read(Stream stream, ZipEntry entry, Span<byte> target, string file, string? tensor)
    {
        stream.Position = entry.At;
        stream.ReadExactly(target);
        uint found = Crc32.Of(target);
        if (found != entry.Checksum) throw new WeightsException(file, tensor, $"{entry.Name} with the checksum {entry.Checksum:x8}", $"{found:x8}");
    }

    private static (long Count, long Size, long At) End(Stream stream, string file)
    {
        int reach = (int)Math.Min(stream.Length, EndSize + LongestComment);
        byte[] tail = Bytes(stream, stream.Length - reach, reach);
        int end = reach - EndSize;
        while (end >= 0 && !(UInt32(tail, end) == EndMark && end + EndSize + UInt16(tail, end + 20) == reach)) end--;
        if (end < 0) throw new WeightsException(file, null, "a readable zip", "none of its end marks: it is cut off, or another file");
        (long Count, long Size, long At) found = (UInt16(tail, end + 10), UInt32(tail, end + 12), UInt32(tail, end + 16));
        if (found.Count != ushort.MaxValue && found.Size != Elsewhere && found.At != Elsewhere) return found;
        long locator = stream.Length - reach + end - Locator64Size;
        if (locator < 0 || Bytes(stream, locator, Locator64Size) is var pointer && UInt32(pointer, 0) != Locator64Mark) return found;
        long place = BinaryPrimitives.ReadInt64LittleEndian(pointer.AsSpan(8));
        if (place < 0 || place > locator - End64Size || Bytes(stream, place, End64Size) is var large && UInt32(large, 0) != End64Mark)
            throw new WeightsException(file, null, "a readable zip", "a wrong place of its zip64 end");
        return (Int64(large, 32), Int64(large, 40), Int64(large, 48));
    }

    private static ZipEntry Entry(Stream stream, ReadOnlySpan<byte> record, int names, int extra, long listAt, string file)
    {
        ReadOnlySpan<byte> nameBytes = record.Slice(RecordSize, names);
        string name = Encoding.UTF8.GetString(nameBytes);
        if (name.Length == 0 || name[0] == '/' || name.Contains('\\') || name.Contains('\0') || name.Split('/').Contains(".."))
            throw new WeightsException(file, null, "zip entries named inside the archive's own folder", name);
        (long unpacked, long packed, long at) = Sizes(record, record.Slice(RecordSize + names, extra));
        if ((UInt16(record, 8) & Encrypted) != 0 || UInt16(record, 10) != Stored || unpacked != packed)
            throw new WeightsException(file, null, $"{name} stored as torch stores it, neither compressed nor encrypted", $"{packed} bytes for {unpacked}");
        if (at < 0 || at > listAt - LocalSize - names) throw new WeightsException(file, null, $"{name} before the zip's list of files", $"it at {at}");
        byte[] local = Bytes(stream, at, LocalSize + names);
        if (UInt32(local, 0) != LocalMark || UInt16(local, 26) != names || !local.AsSpan(LocalSize).SequenceEqual(nameBytes))
            throw new WeightsException(file, null, $"the head of {name} at {at}", "another entry or none");
        long first = at + local.Length + UInt16(local, 28);
        return unpacked >= 0 && unpacked <= listAt - first ? new(name, first, unpacked, UInt32(record, 16)) : throw new WeightsException(file, null, $"{unpacked} bytes of {name}", $"{listAt - first}");
    }

    private static (long Unpacked, long Packed, long At) Sizes(ReadOnlySpan<byte> record, ReadOnlySpan<byte> extra)
    {
        (long packed, long unpacked, long at) = (UInt32(record, 20), UInt32(record, 24), UInt32(record, 42));
        while (extra.Length >= 4)
        {
            int kind = UInt16(extra, 0), length = Math.Min(UInt16(extra, 2), extra.Length - 4);
            ReadOnlySpan<byte> field = extra.Slice(4, length);
            extra = extra[(4 + length)..];
            if (kind != Extra64) continue;
            if (unpacked == Elsewhere) unpacked = Take(ref field);
            if (packed == Elsewhere) packed = Take(ref field);
            if (at == Elsewhere) at = Take(ref field);
        }
        return (unpacked, packed, at);
    }

    // −1 where the field is too short: refused as out of range.
    private static long Take(ref ReadOnlySpan<byte> field)
    {
        if (field.Length < sizeof(long)) return -1;
        long value = Int64(field, 0);
        field = field[sizeof(long)..];
        return value;
    }

    private static void CheckApart(IEnumerable<ZipEntry> entries, string file)
    {
        ZipEntry? before = null;
        foreach (ZipEntry entry in entries.OrderBy(entry => entry.At))
        {
            // The head of an entry lies right before its bytes.
            if (before is { } one && one.At + one.Length > entry.At - LocalSize - Encoding.UTF8.GetByteCount(entry.Name))
                throw new WeightsException(file, null, "zip entries that lie apart", $"{one.Name} and {entry.Name} over each other");
            before = entry;
        }
    }

    private static byte[] Bytes(Stream stream, long at, int count)
    {
        byte[] bytes = new byte[count];
        stream.Position = at;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
