namespace TTame.Core.Imaging.Formats;

/// <summary>Counts the pixels of a GIF's LZW codes by their lengths, without making them.</summary>
/// <source>GIF89a:Appendix F</source>
internal static class GifCodes
{
    private const int MostBits = 12;

    /// <summary>Refuses codes that make fewer than <paramref name="expected"/> pixels.</summary>
    /// <remarks><paramref name="at"/> is where the minimum code size stands; the sub-blocks behind it are known to be complete.</remarks>
    internal static void RequirePixels(ReadOnlySpan<byte> file, long at, long expected, CancellationToken cancellation)
    {
        int minimum = file.Byte(at);
        if (minimum is < 1 or > 8) throw Refusal.Corrupt($"The GIF's codes have at least {minimum} bits.");
        int clear = 1 << minimum, end = clear + 1, next = end + 1, bits = minimum + 1, previous = -1, held = 0;
        Span<int> lengths = stackalloc int[1 << MostBits];
        lengths[..clear].Fill(1);
        long pixels = 0;
        uint word = 0;
        int position = (int)at + 1;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = file[position++];
            if (length == 0) break;
            foreach (byte one in file.Slice(position, length))
            {
                word |= (uint)one << held;
                held += 8;
                while (held >= bits)
                {
                    int code = (int)(word & ((1u << bits) - 1));
                    word >>= bits;
                    held -= bits;
                    if (code == clear)
                    {
                        (bits, next, previous) = (minimum + 1, end + 1, -1);
                        continue;
                    }

                    if (code == end)
                    {
                        if (pixels >= expected) return;
                        throw TooFew(pixels, expected);
                    }

                    if (code > next || (code == next && previous < 0) || (previous < 0 && code > end)) throw Refusal.Corrupt($"The GIF uses the code {code} before it is defined.");
                    if (previous >= 0 && next < 1 << MostBits)
                    {
                        lengths[next] = lengths[previous] + 1;
                        if (++next == 1 << bits && bits < MostBits) bits++;
                    }
                    else if (code == next)
                    {
                        throw Refusal.Corrupt($"The GIF uses the code {code} before it is defined.");
                    }

                    pixels += lengths[code];
                    if (pixels >= expected) return;
                    previous = code;
                }
            }

            position += length;
        }

        throw TooFew(pixels, expected);
    }

    private static Exception TooFew(long pixels, long expected) => Refusal.Truncated($"The GIF's first picture holds {pixels} of {expected} pixels.");
}
