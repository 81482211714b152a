using System.Globalization;
using SixLabors.ImageSharp.Native;

namespace SixLabors.ImageSharp.Formats.Jpeg;

public enum JpegEncodingColor : byte
{
    YCbCrRatio420 = 0,
    YCbCrRatio444 = 1,
    YCbCrRatio422 = 2,
    YCbCrRatio411 = 3,
    YCbCrRatio410 = 4,
    Luminance = 5,
    Rgb = 6,
    Cmyk = 7,
    Ycck = 8,
}

public sealed class JpegEncoder : IImageEncoder, IVipsEncoder
{
    private const int DefaultQuality = 75;
    private readonly int? _quality;

    public int? Quality
    {
        get => _quality;
        init => _quality = value is null or (>= 1 and <= 100) ? value : throw new ArgumentException("Quality must be in [1..100] range.");
    }

    public JpegEncodingColor? ColorType { get; init; }

    public bool SkipMetadata { get; init; }

    void IVipsEncoder.Write(Image image, Stream target)
    {
        string subsampling = ColorType switch
        {
            null or JpegEncodingColor.YCbCrRatio420 => "on",
            JpegEncodingColor.YCbCrRatio444 or JpegEncodingColor.Luminance => "off",
            _ => throw new NotSupportedException($"The stand-in for SixLabors.ImageSharp does not write JPEG as {ColorType}."),
        };
        Encoding.RequireBands(image, ColorType == JpegEncodingColor.Luminance ? 1 : null, "JPEG luminance");
        Encoding.Write(image, target, "jpegsave_buffer",
            ("Q", (Quality ?? DefaultQuality).ToString(CultureInfo.InvariantCulture)), ("subsample_mode", subsampling), ("keep", "none"));
    }
}
