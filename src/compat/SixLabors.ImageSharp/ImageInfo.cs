using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;

namespace SixLabors.ImageSharp.Formats
{
    public class PixelTypeInfo
    {
        internal PixelTypeInfo(int bitsPerPixel) => BitsPerPixel = bitsPerPixel;

        public int BitsPerPixel { get; }
    }
}

namespace SixLabors.ImageSharp
{
    public class ImageInfo
    {
        internal ImageInfo(PixelTypeInfo pixelType, Size size, ImageMetadata metadata, IReadOnlyList<ImageFrameMetadata> frames)
        {
            PixelType = pixelType;
            Size = size;
            Metadata = metadata;
            FrameMetadataCollection = frames;
        }

        public PixelTypeInfo PixelType { get; }

        public Size Size { get; }

        public int Width => Size.Width;

        public int Height => Size.Height;

        public ImageMetadata Metadata { get; }

        public IReadOnlyList<ImageFrameMetadata> FrameMetadataCollection { get; }
    }
}
