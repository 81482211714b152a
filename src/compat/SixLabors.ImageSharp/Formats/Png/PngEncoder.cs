using System.Globalization;
using SixLabors.ImageSharp.Native;

namespace SixLabors.ImageSharp.Formats.Png;

public enum PngColorType : byte
{
    Grayscale = 0,
    Rgb = 2,
    Palette = 3,
    GrayscaleWithAlpha = 4,
    RgbWithAlpha = 6,
}

public enum PngBitDepth : byte
{
    Bit1 = 1,
    Bit2 = 2,
    Bit4 = 4,
    Bit8 = 8,
    Bit16 = 16,
}

public enum PngCompressionLevel
{
    NoCompression = 0,
    Level0 = NoCompression,
    BestSpeed = 1,
    Level1 = BestSpeed,
    Level2 = 2,
    Level3 = 3,
    Level4 = 4,
    Level5 = 5,
    DefaultCompression = 6,
    Level6 = DefaultCompression,
    Level7 = 7,
    Level8 = 8,
    BestCompression = 9,
    Level9 = BestCompression,
}

public class PngEncoder : IImageEncoder, IVipsEncoder
{
    public PngBitDepth? BitDepth { get; init; }

    public PngColorType? ColorType { get; init; }

    public PngCompressionLevel CompressionLevel { get; init; } = PngCompressionLevel.DefaultCompression;

    public bool SkipMetadata { get; init; }

    void IVipsEncoder.Write(Image image, Stream target)
    {
        if (BitDepth is { } depth && depth != PngBitDepth.Bit8)
            throw new NotSupportedException($"The stand-in for SixLabors.ImageSharp writes 8 bits a channel, not {depth}.");
        Encoding.RequireBands(image, ColorType switch
        {
            null => null,
            PngColorType.Grayscale => 1,
            PngColorType.Rgb => 3,
            PngColorType.RgbWithAlpha => 4,
            _ => -1,
        }, $"PNG colour type {ColorType}");
        Encoding.Write(image, target, "pngsave_buffer", ("compression", ((int)CompressionLevel).ToString(CultureInfo.InvariantCulture)), ("filter", "all"), ("keep", "none"));
    }
}
