namespace TTame.Core.Imaging;

/// <summary>EXIF orientation: where the stored first row and column lie in the upright picture.</summary>
/// <source>EXIF:§4.6.5, tag 274</source>
public static class Orientation
{
    /// <summary>Rows and columns as stored.</summary>
    public const int Upright = 1;

    private const int Last = 8;
    private const int FirstTransposed = 5;

    /// <summary><paramref name="value"/> where it is 1-8; <see cref="Upright"/> for any other.</summary>
    /// <param name="value">The value of the tag.</param>
    public static int OrUpright(int value) => value is >= Upright and <= Last ? value : Upright;

    /// <summary>The upright picture of <paramref name="stored"/>.</summary>
    /// <param name="stored">Pixels as the file holds them.</param>
    /// <param name="orientation">1-8.</param>
    /// <returns><paramref name="stored"/> itself for orientation 1; sides swapped for 5-8.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An orientation outside 1-8.</exception>
    public static RgbImage Turn(RgbImage stored, int orientation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentOutOfRangeException.ThrowIfLessThan(orientation, Upright);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orientation, Last);
        if (orientation == Upright) return stored;
        int w = stored.Width, h = stored.Height;
        bool isTransposed = orientation >= FirstTransposed;
        RgbImage upright = isTransposed ? new(h, w) : new(w, h);

        // Stored pixel (x, y) goes to start + x·alongX + y·alongY, all in pixels of the upright picture.
        int row = upright.Width;
        var (start, alongX, alongY) = orientation switch
        {
            2 => (w - 1, -1, row),
            3 => ((w * h) - 1, -1, -row),
            4 => ((h - 1) * row, 1, -row),
            5 => (0, row, 1),
            6 => (h - 1, row, -1),
            7 => ((w * h) - 1, -row, -1),
            _ => ((w - 1) * row, -row, 1),
        };
        // Turning in square tiles keeps both pictures' lines in the cache.
        const int Tile = 32;
        ReadOnlySpan<byte> from = stored.Pixels;
        Span<byte> to = upright.Pixels;
        for (int top = 0; top < h; top += Tile)
            for (int left = 0; left < w; left += Tile)
                for (int y = top; y < Math.Min(top + Tile, h); y++)
                {
                    int source = ((y * w) + left) * RgbImage.Channels;
                    int target = (start + (left * alongX) + (y * alongY)) * RgbImage.Channels;
                    for (int x = left; x < Math.Min(left + Tile, w); x++)
                    {
                        to[target] = from[source];
                        to[target + 1] = from[source + 1];
                        to[target + 2] = from[source + 2];
                        source += RgbImage.Channels;
                        target += alongX * RgbImage.Channels;
                    }
                }

        return upright;
    }
}
