using System.Buffers.Binary;
using System.Text;
using TTame.Core.Primitives;

namespace TTame.Core.Tests.Weights;

/// <summary>Writes zips record by record, so that they can lie.</summary>
internal sealed class ZipMaker
{
    private const int ListedSize = 46, HeadSize = 30, Large = 20;

    private readonly MemoryStream bytes = new();
    private readonly List<Record> records = [];

    /// <summary>What the list of files says of one.</summary>
    public sealed record Record(string Name, long At, long Length, uint Checksum)
    {
        public ushort Method { get; init; }
    }

    /// <summary>Sizes and places in zip64 fields, as in files over 4 GiB.</summary>
    public bool Zip64 { get; init; }

    /// <summary>How many files the end says there are; null: as many as there are.</summary>
    public int? Count { get; init; }

    /// <summary>Place of the next byte.</summary>
    public long Position => bytes.Position;

    /// <summary>Adds a file, its head before it.</summary>
    public ZipMaker Add(string name, byte[] content) => List(Store(name, content));

    /// <summary>Writes a file's head and bytes without listing it.</summary>
    public Record Store(string name, byte[] content)
    {
        long at = bytes.Position;
        Span<byte> head = stackalloc byte[HeadSize];
        head.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(head, 0x04034b50);
        BinaryPrimitives.WriteUInt16LittleEndian(head[26..], (ushort)Encoding.UTF8.GetByteCount(name));
        bytes.Write(head);
        bytes.Write(Encoding.UTF8.GetBytes(name));
        bytes.Write(content);
        return new(name, at, content.Length, Crc32.Of(content));
    }

    /// <summary>Lists a file.</summary>
    public ZipMaker List(Record record)
    {
        records.Add(record);
        return this;
    }

    /// <summary>The whole zip.</summary>
    public byte[] Done()
    {
        long list = bytes.Position;
        foreach (Record record in records) Write(record);
        long size = bytes.Position - list, end = bytes.Position;
        int count = Count ?? records.Count;
        if (Zip64)
        {
            byte[] large = new byte[56], locator = new byte[20];
            BinaryPrimitives.WriteUInt32LittleEndian(large, 0x06064b50);
            BinaryPrimitives.WriteInt64LittleEndian(large.AsSpan(32), count);
            BinaryPrimitives.WriteInt64LittleEndian(large.AsSpan(40), size);
            BinaryPrimitives.WriteInt64LittleEndian(large.AsSpan(48), list);
            BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064b50);
            BinaryPrimitives.WriteInt64LittleEndian(locator.AsSpan(8), end);
            bytes.Write(large);
            bytes.Write(locator);
        }
        byte[] last = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(last, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(last.AsSpan(10), Zip64 ? ushort.MaxValue : (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(last.AsSpan(12), Zip64 ? uint.MaxValue : (uint)size);
        BinaryPrimitives.WriteUInt32LittleEndian(last.AsSpan(16), Zip64 ? uint.MaxValue : (uint)list);
        bytes.Write(last);
        return bytes.ToArray();
    }

    private void Write(Record record)
    {
        byte[] name = Encoding.UTF8.GetBytes(record.Name), listed = new byte[ListedSize];
        BinaryPrimitives.WriteUInt32LittleEndian(listed, 0x02014b50);
        BinaryPrimitives.WriteUInt16LittleEndian(listed.AsSpan(10), record.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(listed.AsSpan(16), record.Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(listed.AsSpan(20), Zip64 ? uint.MaxValue : (uint)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(listed.AsSpan(24), Zip64 ? uint.MaxValue : (uint)record.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(listed.AsSpan(28), (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(listed.AsSpan(30), (ushort)(Zip64 ? Large + 8 : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(listed.AsSpan(42), Zip64 ? uint.MaxValue : (uint)record.At);
        bytes.Write(listed);
        bytes.Write(name);
        if (!Zip64) return;
        bytes.Write([1, 0, Large + 4, 0]);
        foreach (long number in new[] { record.Length, record.Length, record.At }) bytes.Write(BitConverter.GetBytes(number));
    }
}
