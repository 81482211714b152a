using TTame.Core.Primitives;

namespace TTame.Core.Imaging.Formats;

/// <summary>The formats that are read.</summary>
internal enum PictureFormat
{
    Jpeg,
    Png,
    WebP,
    Gif,
    Tiff,
}

/// <summary>What the leading bytes say a file is. Its name and its content type are not asked.</summary>
internal static class Signature
{
    private delegate bool Recogniser(ReadOnlySpan<byte> file);

    // Formats with a name, so that a person learns what the file is; none of them is read.
    private static readonly (string Name, Recogniser Matches)[] s_known =
    [
        ("BMP", static f => f.StartsWith("BM"u8) && f.Length >= 6 && IsBmpHeader(f)),
        ("JPEG XL", static f => f.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || f.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' '])),
        ("JPEG 2000", static f => f.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 0x0C, (byte)'j', (byte)'P', (byte)' ', (byte)' ']) || f.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51])),
        ("AVIF", static f => IsBrand(f, "avif"u8) || IsBrand(f, "avis"u8)),
        ("HEIC", static f => IsBrand(f, "hei"u8) || IsBrand(f, "hev"u8) || IsBrand(f, "mif1"u8) || IsBrand(f, "msf1"u8) || IsBrand(f, "mif2"u8)),
        ("ICO", static f => f.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]) && f.Length >= 6),
        ("CUR", static f => f.StartsWith((ReadOnlySpan<byte>)[0, 0, 2, 0]) && f.Length >= 6),
        ("PSD", static f => f.StartsWith("8BPS"u8)),
        ("PDF", static f => f.StartsWith("%PDF"u8)),
        ("ZIP", static f => f.StartsWith("PK\x03\x04"u8) || f.StartsWith("PK\x05\x06"u8) || f.StartsWith("PK\x07\x08"u8)),
        ("QOI", static f => f.StartsWith("qoif"u8)),
        ("OpenEXR", static f => f.StartsWith((ReadOnlySpan<byte>)[0x76, 0x2F, 0x31, 0x01])),
        ("Radiance HDR", static f => f.StartsWith("#?RADIANCE"u8) || f.StartsWith("#?RGBE"u8)),
        ("DDS", static f => f.StartsWith("DDS "u8)),
        ("SVG", IsSvg),
    ];

    /// <summary>The format of <paramref name="file"/>.</summary>
    /// <exception cref="ImageContentException"><see cref="ImageCodes.UnsupportedFormat"/> or <see cref="ImageCodes.NotAnImage"/>.</exception>
    internal static PictureFormat Of(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return PictureFormat.Jpeg;
        if (file.StartsWith(PngReader.Magic)) return PictureFormat.Png;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8)) return PictureFormat.WebP;
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8)) return PictureFormat.Gif;
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8)) return PictureFormat.Tiff;
        foreach (var (name, matches) in s_known)
            if (matches(file))
                throw Refusal.UnsupportedFormat($"The file is {name}. Read are JPEG, PNG, WebP, GIF and TIFF.");
        throw new ImageContentException(ImageCodes.NotAnImage, file.IsEmpty
            ? "The file is empty."
            : $"The first of {file.Length} bytes belong to no picture format. Read are JPEG, PNG, WebP, GIF and TIFF.");
    }

    /// <summary>"BM" alone could be the start of a text; behind a bitmap's come two reserved zeros and the size of a known header.</summary>
    private static bool IsBmpHeader(ReadOnlySpan<byte> file)
        => file.Length < 18 || file.Slice(6, 4).IndexOfAnyExcept((byte)0) < 0 || file.Slice(14, 4)[1..].IndexOfAnyExcept((byte)0) < 0;

    private static bool IsBrand(ReadOnlySpan<byte> file, ReadOnlySpan<byte> brand)
        => file.Length >= 12 && file[4..].StartsWith("ftyp"u8) && file[8..].StartsWith(brand);

    private static bool IsSvg(ReadOnlySpan<byte> file)
    {
        const int Looked = 1024;
        var head = file[..Math.Min(file.Length, Looked)];
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) head = head[3..];
        head = head.TrimStart(" \t\r\n"u8);
        return head.StartsWith("<svg"u8) || (head.StartsWith("<?xml"u8) || head.StartsWith("<!"u8)) && head.IndexOf("<svg"u8) >= 0;
    }
}
