namespace TTame.Core.Imaging.Formats;

/// <summary>Reads a GIF's blocks, and the codes of its first frame to count their pixels.</summary>
/// <source>GIF89a</source>
internal static class GifReader
{
    private const byte ImageSeparator = 0x2C, ExtensionIntroducer = 0x21, Trailer = 0x3B;
    private const byte GraphicControl = 0xF9, Application = 0xFF;
    private const int ScreenEnd = 13, DescriptorLength = 10;

    internal static EncodedPicture Read(ReadOnlyMemory<byte> memory, ImageLimits limits, CancellationToken cancellation)
    {
        var file = memory.Span;
        int width = file.Little16(6), height = file.Little16(8);
        Refusal.RequirePixels("GIF", width, height, limits);
        long at = ScreenEnd + TableLength(file.Byte(10));
        List<ReadOnlyMemory<byte>>? pieces = null;
        ReadOnlyMemory<byte> control = default;
        FrameArea frame = default;
        bool hasProfile = false, hasTransparency = false;
        int frames = 0;
        long screenEnd = at;
        while (at < file.Length && file[(int)at] != Trailer)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = at;
            if (file[(int)at] == ExtensionIntroducer)
            {
                byte label = pieces is null ? file.Byte(at + 1) : at + 1 < file.Length ? file[(int)at + 1] : (byte)0;
                long end = Blocks(file, at + 2);
                if (end < 0) break;
                if (pieces is null && label == GraphicControl) control = memory[(int)start..(int)end];
                if (label == Application && file[(int)at..].Length > 14 && file[(int)(at + 3)..].StartsWith("ICCRGBG1012"u8)) hasProfile = true;
                at = end;
                continue;
            }

            if (file[(int)at] != ImageSeparator)
            {
                if (pieces is not null) break;              // behind the first picture anything may stand
                throw Refusal.Corrupt($"Byte {at} of the GIF begins no block.");
            }

            if (pieces is not null && at + DescriptorLength > file.Length) break;
            Refusal.RequireFrames("GIF", ++frames, limits);
            byte flags = file.Byte(at + 9);
            long data = at + DescriptorLength + TableLength(flags);
            if (pieces is null)
            {
                frame = new(file.Little16(at + 1), file.Little16(at + 3), file.Little16(at + 5), file.Little16(at + 7));
                Refusal.RequirePixels("GIF", frame.Width, frame.Height, limits);
                long end = Blocks(file, data + 1);
                if (end < 0) throw Refusal.Truncated("The GIF's file ends inside its first picture.");
                GifCodes.RequirePixels(file, data, (long)frame.Width * frame.Height, cancellation);
                hasTransparency = control.Length > 3 && (control.Span[3] & 1) != 0;
                pieces = [Alone(file[..ScreenEnd], frame), memory[ScreenEnd..(int)screenEnd], control, AtOrigin(file.Part(at, DescriptorLength)), memory[(int)(at + DescriptorLength)..(int)end], new byte[] { Trailer }];
                at = end;
                continue;
            }

            long next = Blocks(file, data + 1);
            if (next < 0) break;
            at = next;
        }

        if (pieces is null) throw Refusal.Truncated("The GIF ends before its first picture.");
        return new()
        {
            Format = "GIF",
            Width = width,
            Height = height,
            Frame = frame,
            Pieces = pieces,
            Alpha = hasTransparency ? AlphaKind.Straight : AlphaKind.None,
            HasColourProfile = hasProfile,
            Frames = frames,
        };
    }

    private static long TableLength(byte flags) => (flags & 0x80) != 0 ? 3L << ((flags & 7) + 1) : 0;

    /// <summary>One behind the terminator of the sub-blocks at <paramref name="at"/>; negative where the file ends first.</summary>
    private static long Blocks(ReadOnlySpan<byte> file, long at)
    {
        while (at < file.Length)
        {
            byte length = file[(int)at];
            at += 1L + length;
            if (length == 0) return at;
        }

        return -1;
    }

    /// <summary>The header and screen of a file that holds the first frame only.</summary>
    private static byte[] Alone(ReadOnlySpan<byte> header, FrameArea frame)
    {
        byte[] alone = header.ToArray();
        "GIF89a"u8.CopyTo(alone);
        (alone[6], alone[7], alone[8], alone[9]) = ((byte)frame.Width, (byte)(frame.Width >> 8), (byte)frame.Height, (byte)(frame.Height >> 8));
        return alone;
    }

    private static byte[] AtOrigin(ReadOnlySpan<byte> descriptor)
    {
        byte[] moved = descriptor.ToArray();
        moved.AsSpan(1, 4).Clear();
        return moved;
    }
}
