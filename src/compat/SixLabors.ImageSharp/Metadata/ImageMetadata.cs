using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;

namespace SixLabors.ImageSharp.Metadata
{
    public sealed class ImageMetadata
    {
        public ExifProfile? ExifProfile { get; set; }

        public IccProfile? IccProfile { get; set; }

        public IImageFormat? DecodedImageFormat { get; internal set; }
    }

    public sealed class ImageFrameMetadata
    {
        internal ImageFrameMetadata()
        {
        }

        public ExifProfile? ExifProfile { get; set; }

        public IccProfile? IccProfile { get; set; }
    }
}

namespace SixLabors.ImageSharp.Metadata.Profiles.Icc
{
    public sealed class IccProfile
    {
        private readonly byte[] _data;

        public IccProfile(byte[]? data) => _data = data ?? [];

        public byte[] ToByteArray() => [.. _data];
    }
}
