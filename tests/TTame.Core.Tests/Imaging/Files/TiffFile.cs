using System.Buffers.Binary;

namespace TTame.Core.Tests.Imaging.Files;

/// <summary>Makes one-page TIFFs with any tags, data behind the header and the directory behind the data.</summary>
internal sealed class TiffFile
{
    private readonly SortedDictionary<ushort, uint[]> _tags = [];

    public TiffFile(int width, int height, int samples, int bits, int photometric)
    {
        Set(256, (uint)width).Set(257, (uint)height).Set(258, [.. Enumerable.Repeat((uint)bits, samples)]).Set(259, 1).Set(262, (uint)photometric)
            .Set(277, (uint)samples).Set(278, (uint)height);
    }

    public bool IsLittle { get; init; } = true;

    public TiffFile Set(ushort tag, params uint[] values)
    {
        _tags[tag] = values;
        return this;
    }

    /// <summary>The file around one strip per given array.</summary>
    public byte[] Make(params byte[][] strips)
    {
        uint at = 8;
        List<uint> offsets = [];
        foreach (byte[] strip in strips)
        {
            offsets.Add(at);
            at += (uint)(strip.Length + (strip.Length & 1));
        }

        Set(273, [.. offsets]).Set(279, [.. strips.Select(s => (uint)s.Length)]);
        byte[] data = [.. strips.SelectMany(s => s.Concat(new byte[s.Length & 1]))];
        return [.. Header(at), .. data, .. Directory(at, 0)];
    }

    /// <summary>Header, then directories chained without pixels of their own.</summary>
    public byte[] MakePages(int pages, byte[] strip)
    {
        byte[] first = Make(strip);
        int length = Directory(0, 0).Length;
        uint at = (uint)(first.Length - length);
        List<byte> file = [.. first.AsSpan(0, (int)at)];
        for (int i = 0; i < pages; i++, at += (uint)length) file.AddRange(Directory(at, i == pages - 1 ? 0 : at + (uint)length));
        return [.. file];
    }

    private byte[] Header(uint directory) => IsLittle ? [.. "II*\0"u8, .. Four(directory)] : [.. "MM\0*"u8, .. Four(directory)];

    private byte[] Directory(uint at, uint next)
    {
        List<byte> entries = [.. Two((ushort)_tags.Count)], outside = [];
        uint values = at + 2 + ((uint)_tags.Count * 12) + 4;
        foreach (var (tag, numbers) in _tags)
        {
            entries.AddRange([.. Two(tag), .. Two(4), .. Four((uint)numbers.Length)]);
            if (numbers.Length == 1) entries.AddRange(Four(numbers[0]));
            else
            {
                entries.AddRange(Four(values + (uint)outside.Count));
                outside.AddRange(numbers.SelectMany(Four));
            }
        }

        return [.. entries, .. Four(next), .. outside];
    }

    private byte[] Two(ushort value)
    {
        byte[] bytes = new byte[2];
        if (IsLittle) BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    private byte[] Four(uint value)
    {
        byte[] bytes = new byte[4];
        if (IsLittle) BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
