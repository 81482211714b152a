using System.Buffers.Binary;

namespace TTame.Core.Imaging.Formats;

/// <summary>Reads a WebP's chunks and the header of its first bitstream.</summary>
/// <source>WebP:container; WebP:RFC 6386 §9.1; WebP:lossless bitstream §3</source>
internal static class WebpReader
{
    private const int FileHeader = 12, ChunkHeader = 8, FrameHeader = 16;
    private const byte AnimationFlag = 2, AlphaFlag = 16;

    internal static EncodedPicture Read(ReadOnlyMemory<byte> memory, ImageLimits limits, CancellationToken cancellation)
    {
        var file = memory.Span;
        long end = ChunkHeader + (long)file.Little32(4);
        if (end < FileHeader + ChunkHeader) throw Refusal.Corrupt($"The WebP header gives a length of {end} bytes.");
        ReadOnlyMemory<byte> alpha = default, bits = default;
        (int Width, int Height)? canvas = null;
        FrameArea area = default;
        int? orientation = null;
        bool hasProfile = false, isAnimated = false;
        int frames = 0;
        // Sizes are refused before the file's end is: so a header that asks too much is named as such.
        for (long at = FileHeader; at + ChunkHeader <= end;)
        {
            cancellation.ThrowIfCancellationRequested();
            var name = file.Part(at, 4);
            long length = file.Little32(at + 4), data = at + ChunkHeader, next = data + length + (length & 1);
            if (next > end && data + length > end) throw Refusal.Truncated($"A chunk of the WebP needs {data + length} bytes; the file gives its length as {end}.");
            if (name.SequenceEqual("VP8X"u8))
            {
                canvas = (file.Little24(data + 4) + 1, file.Little24(data + 7) + 1);
                Refusal.RequirePixels("WebP", canvas.Value.Width, canvas.Value.Height, limits);
                isAnimated = (file.Byte(data) & AnimationFlag) != 0;
            }
            else if (IsBitstream(name) && bits.IsEmpty && !isAnimated)
            {
                _ = BitstreamSize(name, file, data, limits);
                bits = Chunk(memory, at, length);
            }
            else if (name.SequenceEqual("ALPH"u8) && alpha.IsEmpty && !isAnimated) alpha = Chunk(memory, at, length);
            else if (name.SequenceEqual("ANMF"u8))
            {
                Refusal.RequireFrames("WebP", ++frames, limits);
                if (frames == 1)
                {
                    area = new(file.Little24(data) * 2, file.Little24(data + 3) * 2, file.Little24(data + 6) + 1, file.Little24(data + 9) + 1);
                    Refusal.RequirePixels("WebP", area.Width, area.Height, limits);
                    (alpha, bits) = FirstFrame(memory, data + FrameHeader, data + length, limits);
                }
            }
            else if (name.SequenceEqual("EXIF"u8)) orientation ??= ExifOrientation.Read(file.Part(data, length));
            else if (name.SequenceEqual("ICCP"u8)) hasProfile = true;
            at = next;
        }

        if (end > file.Length && end - file.Length > 1) throw Refusal.Truncated($"The WebP header gives a length of {end} bytes; the file has {file.Length}.");
        if (bits.IsEmpty) throw Refusal.Truncated("The WebP holds no picture.");
        var (width, height, isLossless, hasAlphaBit) = BitstreamSize(bits.Span[..4], bits.Span, ChunkHeader, limits);
        if (frames == 0)
        {
            area = new(0, 0, width, height);
            if (canvas is { } stated && stated != (width, height)) throw Refusal.Corrupt($"The WebP's canvas is {stated.Width}×{stated.Height}, its picture {width}×{height}.");
        }
        else if ((width, height) != (area.Width, area.Height)) throw Refusal.Corrupt($"The WebP's first frame is {area.Width}×{area.Height}, its picture {width}×{height}.");

        if (isLossless) LosslessPicture.Require(bits.Span[ChunkHeader..], width, height, cancellation);
        bool hasAlpha = !alpha.IsEmpty || hasAlphaBit;
        return new()
        {
            Format = "WebP",
            Width = canvas?.Width ?? width,
            Height = canvas?.Height ?? height,
            Frame = area,
            Pieces = Alone(alpha, bits, width, height),
            Orientation = orientation ?? Orientation.Upright,
            Alpha = hasAlpha ? AlphaKind.Straight : AlphaKind.None,
            HasColourProfile = hasProfile,
            Frames = Math.Max(frames, 1),
            // The lossy coder gives a meaning to any bits: with a sound header, it fails only where they end too early.
            CodeOfFailure = isLossless ? ImageCodes.Corrupt : ImageCodes.Truncated,
        };
    }

    private static bool IsBitstream(ReadOnlySpan<byte> name) => name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8);

    private static ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> memory, long at, long length)
    {
        _ = memory.Span.Part(at, ChunkHeader + length);
        return memory.Slice((int)at, (int)(ChunkHeader + length));
    }

    private static (ReadOnlyMemory<byte> Alpha, ReadOnlyMemory<byte> Bits) FirstFrame(ReadOnlyMemory<byte> memory, long at, long end, ImageLimits limits)
    {
        var file = memory.Span;
        ReadOnlyMemory<byte> alpha = default;
        while (at + ChunkHeader <= end)
        {
            var name = file.Part(at, 4);
            long length = file.Little32(at + 4);
            if (at + ChunkHeader + length > end) throw Refusal.Truncated("The WebP's first frame is shorter than its picture.");
            if (IsBitstream(name))
            {
                _ = BitstreamSize(name, file, at + ChunkHeader, limits);
                return (alpha, Chunk(memory, at, length));
            }

            if (name.SequenceEqual("ALPH"u8)) alpha = Chunk(memory, at, length);
            at += ChunkHeader + length + (length & 1);
        }

        throw Refusal.Truncated("The WebP's first frame holds no picture.");
    }

    private static (int Width, int Height, bool IsLossless, bool HasAlpha) BitstreamSize(ReadOnlySpan<byte> name, ReadOnlySpan<byte> file, long at, ImageLimits limits)
    {
        if (name.SequenceEqual("VP8L"u8))
        {
            if (file.Byte(at) != 0x2F) throw Refusal.Corrupt("The WebP's lossless picture has no signature.");
            uint header = file.Little32(at + 1);
            int columns = (int)(header & 0x3FFF) + 1, rows = (int)(header >> 14 & 0x3FFF) + 1;
            Refusal.RequirePixels("WebP", columns, rows, limits);
            if (header >> 29 != 0) throw Refusal.Corrupt($"The WebP's lossless picture has version {header >> 29}.");
            return (columns, rows, true, (header >> 28 & 1) != 0);
        }

        int tag = file.Little24(at);
        if ((tag & 1) != 0 || file.Little24(at + 3) != 0x2A019D) throw Refusal.Corrupt("The WebP's picture does not begin with a key frame.");
        int width = file.Little16(at + 6) & 0x3FFF, height = file.Little16(at + 8) & 0x3FFF;
        Refusal.RequirePixels("WebP", width, height, limits);
        long chunk = file.Little32(at - 4), firstPartition = tag >> 5;
        if (10 + firstPartition > chunk) throw Refusal.Truncated($"The WebP's first partition needs {10 + firstPartition} bytes; the chunk has {chunk}.");
        return (width, height, false, false);
    }

    /// <summary>A file of the one picture alone.</summary>
    private static List<ReadOnlyMemory<byte>> Alone(ReadOnlyMemory<byte> alpha, ReadOnlyMemory<byte> bits, int width, int height)
    {
        List<ReadOnlyMemory<byte>> pieces = [];
        if (!alpha.IsEmpty && bits.Span[..4].SequenceEqual("VP8 "u8))
        {
            byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, AlphaFlag, 0, 0, 0, .. Three(width - 1), .. Three(height - 1)];
            pieces.Add(extended);
            Add(pieces, alpha);
        }

        Add(pieces, bits);
        byte[] header = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8];
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)pieces.Sum(p => (long)p.Length) + 4);
        pieces.Insert(0, header);
        return pieces;
    }

    private static void Add(List<ReadOnlyMemory<byte>> pieces, ReadOnlyMemory<byte> chunk)
    {
        pieces.Add(chunk);
        if ((chunk.Length & 1) != 0) pieces.Add(new byte[1]);       // chunks have even lengths
    }

    private static byte[] Three(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
