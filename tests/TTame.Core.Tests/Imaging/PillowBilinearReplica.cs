using TTame.Core.Imaging;

namespace TTame.Core.Tests.Imaging;

/// <summary>Pillow's bilinear resampling as the specification writes it: one weight, one pixel, one channel at a time.</summary>
internal static class PillowBilinearReplica
{
    public static RgbImage Resize(RgbImage source, int width, int height)
    {
        var narrow = width == source.Width ? source : Pass(source, width, source.Height, isAcross: true);
        return height == source.Height ? narrow : Pass(narrow, width, height, isAcross: false);
    }

    private static RgbImage Pass(RgbImage source, int width, int height, bool isAcross)
    {
        int n = isAcross ? source.Width : source.Height, m = isAcross ? width : height;
        byte[] pixels = new byte[width * height * 3];
        double scale = (double)n / m, s = Math.Max(scale, 1);
        for (int i = 0; i < m; i++)
        {
            double centre = (i + 0.5) * scale;
            int lo = Math.Max((int)Math.Truncate(centre - s + 0.5), 0), hi = Math.Min((int)Math.Truncate(centre + s + 0.5), n);
            double[] weights = [.. Enumerable.Range(lo, hi - lo).Select(j => Math.Max(0, 1 - Math.Abs((j - centre + 0.5) / s)))];
            double sum = 0;
            foreach (double weight in weights) sum += weight;
            long[] fixedPoint = [.. weights.Select(w => (long)Math.Truncate(0.5 + (w / sum * (1 << 22))))];
            for (int other = 0; other < (isAcross ? height : width); other++)
                for (int c = 0; c < 3; c++)
                {
                    long total = 1 << 21;
                    for (int k = 0; k < fixedPoint.Length; k++)
                        total += fixedPoint[k] * source.Pixels[(isAcross ? (other * source.Width) + lo + k : ((lo + k) * source.Width) + other) * 3 + c];
                    pixels[(isAcross ? (other * width) + i : (i * width) + other) * 3 + c] = (byte)Math.Clamp(total >> 22, 0, 255);
                }
        }

        return new(width, height, pixels);
    }
}
