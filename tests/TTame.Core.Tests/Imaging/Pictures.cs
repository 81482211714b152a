using TTame.Core.Imaging;

namespace TTame.Core.Tests.Imaging;

/// <summary>Made pictures.</summary>
internal static class Pictures
{
    /// <summary>Noise from a seed.</summary>
    public static RgbImage Noise(int width, int height, int seed)
    {
        byte[] pixels = new byte[width * height * 3];
        ulong state = (ulong)seed * 0x9E3779B97F4A7C15 + 1;
        for (int i = 0; i < pixels.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            pixels[i] = (byte)(state >> 32);
        }

        return new(width, height, pixels);
    }

    /// <summary>Smooth ramps with a different colour in each corner, so that any turn shows: red left to right, green top to bottom.</summary>
    public static RgbImage Ramps(int width, int height)
    {
        RgbImage picture = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                int at = ((y * width) + x) * 3;
                picture.Pixels[at] = (byte)(255 * x / Math.Max(width - 1, 1));
                picture.Pixels[at + 1] = (byte)(255 * y / Math.Max(height - 1, 1));
                picture.Pixels[at + 2] = (byte)(128 * (x + y) / Math.Max(width + height - 2, 1));
            }

        return picture;
    }

    public static byte[] Png(RgbImage picture)
    {
        using MemoryStream stream = new();
        ImageWriter.WritePng(picture, stream);
        return stream.ToArray();
    }

    public static byte[] Jpeg(RgbImage picture, int quality = 95)
    {
        using MemoryStream stream = new();
        ImageWriter.WriteJpeg(picture, stream, quality);
        return stream.ToArray();
    }
}
