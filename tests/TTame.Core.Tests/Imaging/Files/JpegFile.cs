namespace TTame.Core.Tests.Imaging.Files;

/// <summary>Makes baseline JPEGs of evenly coloured 8×8 blocks, whose decoded samples are known to the level.</summary>
/// <remarks>The DC step is 8, so that a block's DC coefficient is its level − 128; the only AC code is the end of block.</remarks>
internal static class JpegFile
{
    public static readonly byte[] End = [0xFF, 0xD9];

    /// <summary>The whole file: levels per component and block, all components sampled alike.</summary>
    public static byte[] Make(int blocksAcross, int blocksDown, byte[][] levels, byte[]? before = null, byte frame = 0xC0, byte precision = 8)
        => [0xFF, 0xD8, .. before ?? [], .. Head(blocksAcross * 8, blocksDown * 8, levels.Length, frame, precision), .. Scan(levels), .. End];

    /// <summary>Everything between the start of the image and the scan's data.</summary>
    public static byte[] Head(int width, int height, int components, byte frame = 0xC0, byte precision = 8)
    {
        byte[] quantisation = [0, 8, .. Enumerable.Repeat((byte)1, 63)];
        byte[] dc = [0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];      // nine codes of four bits
        byte[] ac = [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];                               // one code of one bit
        byte[] header = [precision, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)components,
            .. Enumerable.Range(1, components).SelectMany(c => new byte[] { (byte)c, 0x11, 0 })];
        byte[] scan = [(byte)components, .. Enumerable.Range(1, components).SelectMany(c => new byte[] { (byte)c, 0 }), 0, 63, 0];
        return [.. Segment(0xDB, quantisation), .. Segment(frame, header), .. Segment(0xC4, dc), .. Segment(0xC4, ac), .. Segment(0xDA, scan)];
    }

    /// <summary>A marker with its length and payload.</summary>
    public static byte[] Segment(byte marker, ReadOnlySpan<byte> payload) => [0xFF, marker, (byte)((payload.Length + 2) >> 8), (byte)(payload.Length + 2), .. payload];

    /// <summary>Adobe's marker; 0 says that components are as they are, 1 YCbCr, 2 YCCK.</summary>
    public static byte[] Adobe(byte transform) => Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]);

    public static byte[] Exif(byte[] block) => Segment(0xE1, [.. "Exif\0\0"u8, .. block]);

    private static byte[] Scan(byte[][] levels)
    {
        List<byte> bytes = [];
        int[] before = new int[levels.Length];
        int held = 0;
        uint word = 0;
        for (int block = 0; block < levels[0].Length; block++)
            for (int c = 0; c < levels.Length; c++)
            {
                int dc = levels[c][block] - 128, difference = dc - before[c];
                before[c] = dc;
                int size = difference == 0 ? 0 : (int)Math.Log2(Math.Abs(difference)) + 1;
                Put(size, 4);
                if (size > 0) Put(difference > 0 ? difference : difference + (1 << size) - 1, size);
                Put(0, 1);
            }

        if (held > 0) Put((1 << (8 - held)) - 1, 8 - held);
        return [.. bytes];

        void Put(int value, int bits)
        {
            word = (word << bits) | (uint)value;
            held += bits;
            while (held >= 8)
            {
                byte next = (byte)(word >> (held - 8));
                bytes.Add(next);
                if (next == 0xFF) bytes.Add(0);
                held -= 8;
            }
        }
    }
}
