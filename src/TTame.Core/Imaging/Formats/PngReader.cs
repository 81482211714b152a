using System.Buffers.Binary;
using TTame.Core.Primitives;

namespace TTame.Core.Imaging.Formats;

/// <summary>Reads a PNG's chunks; inflates its pixels once to count them, and nothing else of it ever.</summary>
/// <source>PNG:§5, §11</source>
internal static class PngReader
{
    private const int HeaderLength = 13;
    private const uint Ihdr = 0x49484452, Plte = 0x504C5445, Trns = 0x74524E53, Idat = 0x49444154, Iend = 0x49454E44;
    private const uint Exif = 0x65584966, Iccp = 0x69434350, Actl = 0x6163544C, Fctl = 0x6663544C;
    private const int AlphaFlag = 4;

    /// <summary>The eight bytes every PNG begins with.</summary>
    internal static ReadOnlySpan<byte> Magic => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static EncodedPicture Read(ReadOnlyMemory<byte> memory, ImageLimits limits, CancellationToken cancellation)
    {
        var file = memory.Span;
        List<ReadOnlyMemory<byte>> pieces = [memory[..Magic.Length]], pixels = [];
        var (width, height, bits, colour, isInterlaced) = Header(file, limits);
        int? orientation = null;
        bool hasProfile = false, hasTransparency = false, hasPalette = false;
        long frames = 1, frameControls = 0, at = Magic.Length;
        while (true)
        {
            uint length = file.Big32(at), type = file.Big32(at + 4);
            if (length > int.MaxValue) throw Refusal.Corrupt($"A chunk of the PNG gives its length as {length}.");
            var data = file.Part(at + 8, length);
            uint sum = file.Big32(at + 8 + length);
            bool isNeeded = type is Ihdr or Plte or Trns or Idat or Iend;
            if (isNeeded && sum != Crc32.Of(file.Part(at + 4, length + 4)))
                throw Refusal.Corrupt($"The check sum of the PNG's {Name(type)} chunk at byte {at} is wrong.");
            if (!isNeeded && IsCritical(type)) throw Refusal.Corrupt($"The PNG has a critical chunk {Name(type)}, which is not known.");
            var whole = memory.Slice((int)at, (int)length + 12);
            if (isNeeded) pieces.Add(whole);
            switch (type)
            {
                case Idat:
                    pixels.Add(whole.Slice(8, (int)length));
                    break;
                case Plte:
                    hasPalette = true;
                    break;
                case Trns:
                    hasTransparency = true;
                    break;
                case Iccp:
                    hasProfile = true;
                    break;
                case Exif:
                    orientation ??= ExifOrientation.Read(data);
                    break;
                case Actl when length >= 4:
                    frames = Math.Max(frames, data.Big32(0));
                    break;
                case Fctl:
                    frames = Math.Max(frames, ++frameControls);
                    break;
            }

            Refusal.RequireFrames("PNG", frames, limits);
            if (type == Iend) break;
            at += (long)length + 12;
        }

        if (colour == 3 && !hasPalette) throw Refusal.Corrupt("The PNG's colours are palette entries, but it has no palette.");
        Inflation.RequireLength(pixels, PixelBytes(width, height, bits * Channels(colour), isInterlaced), "The PNG", cancellation);
        return new()
        {
            Format = "PNG",
            Width = width,
            Height = height,
            Frame = new(0, 0, width, height),
            Pieces = pieces,
            Orientation = orientation ?? Orientation.Upright,
            Alpha = hasTransparency || (colour & AlphaFlag) != 0 ? AlphaKind.Straight : AlphaKind.None,
            HasColourProfile = hasProfile,
            Frames = (int)frames,
        };
    }

    private static (int Width, int Height, int Bits, int Colour, bool IsInterlaced) Header(ReadOnlySpan<byte> file, ImageLimits limits)
    {
        if (file.Big32(Magic.Length + 4) != Ihdr || file.Big32(Magic.Length) != HeaderLength) throw Refusal.Corrupt("The PNG does not begin with its header chunk.");
        var header = file.Part(Magic.Length + 8, HeaderLength);
        uint width = header.Big32(0), height = header.Big32(4);
        int bits = header[8], colour = header[9], interlace = header[12];
        Refusal.RequirePixels("PNG", width, height, limits);
        bool isKnown = colour switch
        {
            0 => bits is 1 or 2 or 4 or 8 or 16,
            3 => bits is 1 or 2 or 4 or 8,
            2 or 4 or 6 => bits is 8 or 16,
            _ => false,
        };
        if (!isKnown || header[10] != 0 || header[11] != 0 || interlace > 1)
            throw Refusal.Corrupt($"The PNG header gives colour type {colour}, {bits} bits, compression {header[10]}, filter {header[11]}, interlace {interlace}.");
        return ((int)width, (int)height, bits, colour, interlace == 1);
    }

    private static int Channels(int colour) => colour switch
    {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };

    /// <summary>Bytes of all rows with their filter bytes, over the seven passes of an interlaced picture.</summary>
    private static long PixelBytes(int width, int height, int bitsPerPixel, bool isInterlaced)
    {
        if (!isInterlaced) return Rows(width, height);
        ReadOnlySpan<(int X, int Y, int StepX, int StepY)> passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        long sum = 0;
        foreach (var (x, y, stepX, stepY) in passes)
            sum += Rows((width - x + stepX - 1) / stepX, (height - y + stepY - 1) / stepY);
        return sum;

        long Rows(int columns, int rows) => columns > 0 && rows > 0 ? rows * (1 + (((long)columns * bitsPerPixel) + 7) / 8) : 0;
    }

    /// <summary>Bit 5 of the first letter: a decoder that does not know the chunk can't show the picture.</summary>
    private static bool IsCritical(uint type) => (type & 0x2000_0000) == 0;

    private static string Name(uint type)
    {
        Span<byte> letters = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(letters, type);
        return string.Concat(letters.ToArray().Select(l => l is >= 0x20 and < 0x7F ? ((char)l).ToString() : $"\\x{l:X2}"));
    }
}
