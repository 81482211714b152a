using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;

namespace SixLabors.ImageSharp.Native;

/// <summary>What libvips read beside the pixels, placed where the real package places it.</summary>
internal static class FileMetadata
{
    internal static ImageMetadata Of(VipsImage image, IVipsFormat format, DecoderOptions options)
    {
        ImageMetadata metadata = new() { DecodedImageFormat = format };
        if (options.SkipMetadata) return metadata;
        metadata.IccProfile = image.GetBlob("icc-profile-data") is { } profile ? new IccProfile(profile) : null;
        if (format is not TiffFormat) metadata.ExifProfile = Exif(image);      // a TIFF's tags belong to its frames
        return metadata;
    }

    /// <summary>One entry a frame for formats with frames; stills of PNG and JPEG have none (as in the real package).</summary>
    internal static IReadOnlyList<ImageFrameMetadata> Frames(VipsImage image, IVipsFormat format, DecoderOptions options)
    {
        int frames = image.GetInt("n-pages") ?? 0;
        if (frames == 0 && format is TiffFormat) frames = 1;
        var list = new ImageFrameMetadata[Math.Min(frames, (int)options.MaxFrames)];
        for (int i = 0; i < list.Length; i++) list[i] = new();
        if (format is TiffFormat && !options.SkipMetadata && list.Length > 0) list[0].ExifProfile = Exif(image);
        return list;
    }

    private static ExifProfile? Exif(VipsImage image)
        => image.Has("exif-data") || image.Has("orientation") ? new((ushort?)image.GetInt("orientation")) : null;
}
