namespace TTame.Core.Imaging.Formats;

/// <summary>The strips or tiles of a TIFF page, each checked to hold all of its pixels.</summary>
/// <source>TIFF6:§9, 13, Deflate: Adobe TIFF technical notes</source>
internal static class TiffStrips
{
    private const int None = 1, Lzw = 5, Deflate = 8, OldDeflate = 32946, PackBits = 32773;
    private const int Jpeg = 7, OldJpeg = 6;

    internal static IReadOnlyList<ReadOnlyMemory<byte>> Read(ReadOnlyMemory<byte> file, TiffDirectory directory, TiffLayout layout, CancellationToken cancellation)
    {
        long compression = TiffReader.CompressionOf(directory);
        if (compression is not (None or Lzw or Deflate or OldDeflate or PackBits))
            throw Refusal.UnsupportedFormat(compression is Jpeg or OldJpeg
                ? "The TIFF holds a JPEG, which is not read."
                : $"The TIFF has the compression {compression}; none, LZW, Deflate and PackBits are read.");
        var (offsetTag, lengthTag) = TiffReader.BlockTags(layout);
        long[] offsets = directory.Values(offsetTag), lengths = directory.Values(lengthTag);
        if (lengths.Length == 0 && compression == None && offsets.Length == layout.Blocks)
            lengths = [.. Enumerable.Range(0, offsets.Length).Select(i => layout.BlockBytes(i))];
        if (offsets.Length < layout.Blocks || lengths.Length < layout.Blocks)
            throw Refusal.Truncated($"The TIFF has {Math.Min(offsets.Length, lengths.Length)} of {layout.Blocks} blocks.");
        var blocks = new ReadOnlyMemory<byte>[layout.Blocks];
        for (int i = 0; i < blocks.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            _ = file.Span.Part(offsets[i], lengths[i]);
            blocks[i] = file.Slice((int)offsets[i], (int)lengths[i]);
            Require(blocks[i], layout.BlockBytes(i), compression, cancellation);
        }

        return blocks;
    }

    private static void Require(ReadOnlyMemory<byte> block, long expected, long compression, CancellationToken cancellation)
    {
        switch (compression)
        {
            case None:
                RequireEnough(block.Length, expected);
                break;
            case PackBits:
                RequireEnough(PackedLength(block.Span, expected), expected);
                break;
            case Lzw:
                RequireEnough(LzwLength(block.Span, expected), expected);
                break;
            default:
                Inflation.RequireLength([block], expected, "A block of the TIFF", cancellation);
                break;
        }
    }

    private static void RequireEnough(long got, long expected)
    {
        if (got < expected) throw Refusal.Truncated($"A block of the TIFF holds {got} of {expected} bytes.");
    }

    private static long PackedLength(ReadOnlySpan<byte> block, long expected)
    {
        long bytes = 0;
        for (int at = 0; at < block.Length && bytes < expected;)
        {
            sbyte count = (sbyte)block[at++];
            if (count >= 0)
            {
                int given = Math.Min(count + 1, block.Length - at);
                bytes += given;
                at += given;
            }
            else if (count != sbyte.MinValue && at++ < block.Length) bytes += 1 - count;
        }

        return bytes;
    }

    /// <summary>Bytes that the codes of a block make. Codes are 9 to 12 bits, topmost first, and grow one code early.</summary>
    private static long LzwLength(ReadOnlySpan<byte> block, long expected)
    {
        const int Clear = 256, End = 257, MostBits = 12;
        if (block.Length > 1 && block[0] == 0 && (block[1] & 1) != 0) throw Refusal.UnsupportedFormat("The TIFF has the LZW of before TIFF 5, which is not read.");
        Span<int> lengths = stackalloc int[1 << MostBits];
        lengths[..Clear].Fill(1);
        int next = End + 1, bits = 9, previous = -1, held = 0;
        uint word = 0;
        long bytes = 0;
        foreach (byte one in block)
        {
            word = (word << 8) | one;
            held += 8;
            if (held < bits) continue;
            held -= bits;
            int code = (int)(word >> held) & ((1 << bits) - 1);
            if (code == End || bytes >= expected) return bytes;
            if (code == Clear)
            {
                (bits, next, previous) = (9, End + 1, -1);
                continue;
            }

            if (code > next || (previous < 0 && code > End) || (code == next && next >= 1 << MostBits)) throw Refusal.Corrupt($"A block of the TIFF uses the LZW code {code} before it is defined.");
            if (previous >= 0 && next < 1 << MostBits)
            {
                lengths[next++] = lengths[previous] + 1;
                if (next + 1 >= 1 << bits && bits < MostBits) bits++;
            }

            bytes += lengths[code];
            previous = code;
        }

        return bytes;
    }
}
