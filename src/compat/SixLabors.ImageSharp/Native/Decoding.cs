using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Native;

/// <summary>From a file in memory to pixels.</summary>
internal static unsafe class Decoding
{
    private const int RowsAtOnce = 64;

    internal static IVipsFormat Detect(DecoderOptions options, ReadOnlySpan<byte> file)
    {
        foreach (var format in options.Configuration.ImageFormats)
            if (format is IVipsFormat readable && readable.Recognises(file))
                return readable;
        if (file.StartsWith("BM"u8) || file.StartsWith("qoif"u8))
            throw new NotSupportedException("The stand-in for SixLabors.ImageSharp reads PNG, JPEG, GIF, TIFF and WebP; the real package reads this format too.");
        throw new UnknownImageFormatException("Image cannot be loaded. Available decoders: " + string.Join(", ", options.Configuration.ImageFormats.Select(f => f.Name)));
    }

    internal static ImageInfo Identify(DecoderOptions options, ReadOnlySpan<byte> file)
    {
        var format = Detect(options, file);
        fixed (byte* data = file)
        {
            using var image = Open(format, data, file.Length);
            int bits = image.Bands * (image.Format == BandFormat.UInt16 ? 16 : 8);
            return new(new(bits), new(image.Width, image.Height), FileMetadata.Of(image, format, options), FileMetadata.Frames(image, format, options));
        }
    }

    internal static Image<TPixel> Load<TPixel>(DecoderOptions options, ReadOnlySpan<byte> file, CancellationToken cancellation)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var format = Detect(options, file);
        fixed (byte* data = file)
        {
            using var source = Open(format, data, file.Length);
            return Read<TPixel>(source, format, options, cancellation);
        }
    }

    private static VipsImage Open(IVipsFormat format, byte* data, int length)
        => VipsImage.Load(format.Loader, data, length, [.. format.LoaderOptions, ("access", "sequential")])
            ?? throw new InvalidImageContentException($"The {format.Name} file could not be read: {Vips.TakeError()}");

    private static Image<TPixel> Read<TPixel>(VipsImage source, IVipsFormat format, DecoderOptions options, CancellationToken cancellation)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (source.Format is not (BandFormat.UInt8 or BandFormat.UInt16) || source.Bands > 4
            || source.Interpretation is not (Interpretation.BlackWhite or Interpretation.Srgb or Interpretation.Rgb16 or Interpretation.Grey16 or Interpretation.Cmyk))
            throw new NotSupportedException($"The stand-in for SixLabors.ImageSharp does not convert {source.Bands} bands of {source.Format}, {source.Interpretation}.");
        Image<TPixel> image;
        try
        {
            image = new(options.Configuration, source.Width, source.Height);
        }
        catch (InvalidMemoryOperationException tooLarge)
        {
            throw new InvalidImageContentException("Cannot decode image. Failed to allocate buffers for possibly degenerate dimensions: "
                + $"{source.Width}x{source.Height}.", tooLarge);
        }

        bool isCmyk = source.Interpretation == Interpretation.Cmyk;
        using var rows = source.Rows();
        for (int top = 0; top < source.Height; top += RowsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(RowsAtOnce, source.Height - top);
            var target = image.Pixels.AsSpan(top * source.Width, count * source.Width);
            if (!rows.TryRead(top, count, out var bytes))
                throw new InvalidImageContentException($"The {format.Name} file could not be decoded: {Vips.TakeError()}");
            Convert(bytes, target, source.Bands, source.Format, isCmyk);
        }

        image.Metadata = FileMetadata.Of(source, format, options);
        return image;
    }

    private static void Convert<TPixel>(ReadOnlySpan<byte> source, Span<TPixel> target, int bands, BandFormat format, bool isCmyk)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        bool isSame = format == BandFormat.UInt8 && !isCmyk
            && ((typeof(TPixel) == typeof(Rgb24) && bands == 3) || (typeof(TPixel) == typeof(Rgba32) && bands == 4) || (typeof(TPixel) == typeof(L8) && bands == 1));
        if (isSame) source.CopyTo(MemoryMarshal.AsBytes(target));
        else if (format == BandFormat.UInt16) Each(MemoryMarshal.Cast<byte, ushort>(source), target, bands, isCmyk, &FromWord);
        else Each(source, target, bands, isCmyk, &FromByte);
    }

    private static byte FromByte(byte value) => value;

    /// <summary>v / 257, rounded.</summary>
    private static byte FromWord(ushort value) => (byte)(((value * 255) + 32895) >> 16);

    private static void Each<TValue, TPixel>(ReadOnlySpan<TValue> source, Span<TPixel> target, int bands, bool isCmyk, delegate*<TValue, byte> to8)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        for (int i = 0; i < target.Length; i++, source = source[bands..])
        {
            byte first = to8(source[0]);
            Rgba32 pixel = bands switch
            {
                1 => new(first, first, first),
                2 => new(first, first, first, to8(source[1])),
                3 => new(first, to8(source[1]), to8(source[2])),
                _ when isCmyk => FromInk(first, to8(source[1]), to8(source[2]), to8(source[3])),
                _ => new(first, to8(source[1]), to8(source[2]), to8(source[3])),
            };
            target[i] = To<TPixel>(pixel);
        }
    }

    /// <summary>Ink shares of 255 to light: (255 − C)(255 − K) / 255, rounded.</summary>
    private static Rgba32 FromInk(byte c, byte m, byte y, byte k)
    {
        int paper = 255 - k;
        return new(Light(c), Light(m), Light(y));
        byte Light(byte ink) => (byte)((((255 - ink) * paper * 2) + 255) / 510);
    }

    private static TPixel To<TPixel>(Rgba32 pixel)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (typeof(TPixel) == typeof(Rgba32)) return (TPixel)(object)pixel;
        if (typeof(TPixel) == typeof(Rgb24)) return (TPixel)(object)new Rgb24(pixel.R, pixel.G, pixel.B);
        if (typeof(TPixel) == typeof(L8)) return (TPixel)(object)new L8(Luminance(pixel));
        throw new NotSupportedException($"The stand-in for SixLabors.ImageSharp decodes to Rgb24, Rgba32 and L8, not to {typeof(TPixel).Name}.");
    }

    /// <summary>BT.709 weights, as the real package's conversions to grey have them.</summary>
    private static byte Luminance(Rgba32 pixel)
        => pixel.R == pixel.G && pixel.G == pixel.B ? pixel.R : (byte)((pixel.R * .2126F) + (pixel.G * .7152F) + (pixel.B * .0722F) + .5F);
}
