using SixLabors.ImageSharp.Formats;

namespace SixLabors.ImageSharp.Native;

/// <summary>From pixels to a file.</summary>
internal static unsafe class Encoding
{
    /// <summary>Tightly packed rows of 8-bit channels.</summary>
    internal readonly ref struct Source(ReadOnlySpan<byte> pixels, int bands)
    {
        public ReadOnlySpan<byte> Pixels { get; } = pixels;

        public int Bands { get; } = bands;
    }

    internal static void Write(Image image, Stream target, string saver, params ReadOnlySpan<(string Name, string Value)> options)
    {
        var source = image.Open();
        fixed (byte* pixels = source.Pixels)
        {
            using var picture = VipsImage.OverPixels(pixels, (nuint)source.Pixels.Length, image.Width, image.Height, source.Bands, BandFormat.UInt8);
            picture.Save(saver, target, options);
        }
    }

    /// <summary>A colour type other than the pixels' own would need a conversion, which the stand-in does not have.</summary>
    internal static void RequireBands(Image image, int? asked, string what)
    {
        if (asked is { } bands && bands != image.Open().Bands)
            throw new NotSupportedException($"The stand-in for SixLabors.ImageSharp writes {what} only from pixels with that many channels.");
    }
}
