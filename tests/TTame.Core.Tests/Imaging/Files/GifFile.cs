namespace TTame.Core.Tests.Imaging.Files;

/// <summary>Makes GIFs. Codes are written uncompressed: a clear code before the table grows.</summary>
internal static class GifFile
{
    public const byte Trailer = 0x3B;

    /// <summary>Header and screen with a palette of 256 greys.</summary>
    public static byte[] Screen(int width, int height)
        => [.. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0xF7, 0, 0, .. Enumerable.Range(0, 256).SelectMany(i => new[] { (byte)i, (byte)i, (byte)i })];

    /// <summary>A frame of grey levels.</summary>
    public static byte[] Frame(int left, int top, int width, int height, byte[] levels)
        => [0x2C, .. Word(left), .. Word(top), .. Word(width), .. Word(height), 0, 8, .. Blocks(Codes(levels)), 0];

    /// <summary>Makes one level transparent in the frame that follows.</summary>
    public static byte[] Transparent(byte level) => [0x21, 0xF9, 4, 1, 0, 0, level, 0];

    public static byte[] Make(int width, int height, byte[] levels) => [.. Screen(width, height), .. Frame(0, 0, width, height, levels), Trailer];

    private static byte[] Word(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Blocks(byte[] data) => [.. data.Chunk(255).SelectMany(b => b.Prepend((byte)b.Length))];

    private static byte[] Codes(byte[] levels)
    {
        const int Clear = 256, End = 257, Bits = 9, UntilGrowth = 200;
        List<int> codes = [];
        for (int i = 0; i < levels.Length; i++)
        {
            if (i % UntilGrowth == 0) codes.Add(Clear);
            codes.Add(levels[i]);
        }

        codes.Add(End);
        byte[] bytes = new byte[((codes.Count * Bits) + 7) / 8];
        for (int i = 0; i < codes.Count; i++)
            for (int bit = 0; bit < Bits; bit++)
                if ((codes[i] >> bit & 1) != 0)
                    bytes[((i * Bits) + bit) / 8] |= (byte)(1 << (((i * Bits) + bit) % 8));
        return bytes;
    }
}
