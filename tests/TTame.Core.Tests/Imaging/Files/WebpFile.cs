using System.Buffers.Binary;

namespace TTame.Core.Tests.Imaging.Files;

/// <summary>Makes lossless WebPs of two colours, and puts chunks together.</summary>
internal static class WebpFile
{
    /// <summary>A lossless bitstream: green is 0 or 255 by <paramref name="isLight"/>, red and blue are one level each; alpha where given.</summary>
    public static byte[] Lossless(int width, int height, Func<int, int, bool> isLight, byte red = 0, byte blue = 0, byte? alpha = null)
    {
        List<byte> bytes = [0x2F];
        int held = 0;
        ulong word = 0;
        Put((uint)width - 1, 14);
        Put((uint)height - 1, 14);
        Put(alpha is null ? 0u : 1u, 1);
        Put(0, 3);              // version
        Put(0, 3);              // no transform, no colour cache, one set of codes
        Put(1, 1);              // green: a simple code …
        Put(1, 1);              // … of two symbols,
        Put(1, 1);              // … the first with eight bits
        Put(0, 8);
        Put(255, 8);
        foreach (byte symbol in (ReadOnlySpan<byte>)[red, blue, alpha ?? 255, 0])
        {
            Put(1, 1);
            Put(0, 1);
            Put(1, 1);
            Put(symbol, 8);
        }

        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                Put(isLight(x, y) ? 1u : 0u, 1);
        if (held > 0) Put(0, 8 - held);
        return [.. bytes];

        void Put(uint value, int bits)
        {
            word |= (ulong)value << held;
            for (held += bits; held >= 8; held -= 8, word >>= 8) bytes.Add((byte)word);
        }
    }

    public static byte[] Make(params byte[][] chunks)
    {
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. chunks.SelectMany(c => c)];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    public static byte[] Chunk(string name, byte[] data)
    {
        byte[] chunk = [.. System.Text.Encoding.ASCII.GetBytes(name), 0, 0, 0, 0, .. data, .. new byte[data.Length & 1]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), data.Length);
        return chunk;
    }

    /// <summary>The extended header: flags 2 animation, 4 XMP, 8 EXIF, 16 alpha, 32 ICC.</summary>
    public static byte[] Extended(byte flags, int width, int height) => Chunk("VP8X", [flags, 0, 0, 0, .. Three(width - 1), .. Three(height - 1)]);

    public static byte[] Animation() => Chunk("ANIM", [0, 0, 0, 0, 0, 0]);

    public static byte[] Frame(int left, int top, int width, int height, byte[] bitstream)
        => Chunk("ANMF", [.. Three(left / 2), .. Three(top / 2), .. Three(width - 1), .. Three(height - 1), 100, 0, 0, 0, .. bitstream]);

    /// <summary>A lossy bitstream's header, whose data is not there.</summary>
    public static byte[] LossyHeader(int width, int height)
        => [0x10, 0, 0, 0x9D, 0x01, 0x2A, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 0];

    private static byte[] Three(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
