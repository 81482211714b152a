using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using TTame.Core.Primitives;

namespace TTame.Core.Weights;

/// <summary>Reads the parts of a pickle, never past its end.</summary>
/// <param name="bytes">The pickle, and whatever follows it.</param>
/// <param name="file">What errors call the file.</param>
internal sealed class PickleBytes(ReadOnlyMemory<byte> bytes, string file)
{
    private const int LongestNumber = 1024;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A length of four or eight bytes, checked against what is left.</summary>
    public int Length(int size)
    {
        ulong length = size == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(Take(8)) : size == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : Byte();
        return length <= (ulong)(bytes.Length - Position) ? (int)length : throw Broken($"{bytes.Length - Position} bytes left", $"a length of {length}");
    }

    public string Text(int length)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw Broken("text in UTF-8", "other bytes");
        }
    }

    public string Latin(int length) => Encoding.Latin1.GetString(Take(length));

    public void Skip(int length) => Take(length);

    /// <summary>A little-endian whole number in two's complement.</summary>
    public object Integer(int length)
    {
        if (length > LongestNumber) throw Broken($"numbers of at most {LongestNumber} bytes", $"{length}");
        BigInteger value = new(Take(length));
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : value;
    }

    public string Line()
    {
        int end = bytes.Span[Position..].IndexOf((byte)'\n');
        if (end < 0) throw Broken("a line", "the end of the pickle");
        string line = Encoding.Latin1.GetString(Take(end + 1)[..^1]);
        return line.EndsWith('\r') ? line[..^1] : line;
    }

    public object LineInteger()
    {
        string line = Line().TrimEnd('L');
        if (line is "00" or "01") return line == "01";                             // how protocol 0 writes booleans
        return line.Length <= LongestNumber && BigInteger.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
            ? value >= long.MinValue && value <= long.MaxValue ? (long)value : value
            : throw Broken("a whole number", line.Length <= LongestNumber ? line : $"{line.Length} characters");
    }

    public double LineDouble()
    {
        string line = Line();
        return double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw Broken("a number", "another text");
    }

    public WeightsException Broken(string expected, string actual) => new(file, null, $"a pickle with {expected} at byte {Position}", actual);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - Position) throw Broken($"{count} bytes", $"{bytes.Length - Position}");
        ReadOnlySpan<byte> taken = bytes.Span.Slice(Position, count);
        Position += count;
        return taken;
    }
}
