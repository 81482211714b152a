namespace TTame.Core.Imaging;

/// <summary>A map at the resolution of its picture, made row by row: bilinear, over the part of the picture that the model saw.</summary>
/// <remarks>Pixel centres are compared, as with <c>align_corners=False</c>; beyond the outermost cells' centres, their values go on.</remarks>
internal ref struct MapOnPicture
{
    private readonly ReadOnlySpan<float> _map;
    private readonly int _height;
    private readonly int _width;
    private readonly float[] _row;          // one row of the map, between two of its rows
    private readonly int[] _cells;          // per column of the picture: the map's column to the left
    private readonly float[] _shares;       // … and how much of the column to the right
    private readonly PictureRectangle _seen;

    /// <exception cref="ArgumentException">The map is not height·width long, or holds NaN.</exception>
    internal MapOnPicture(RgbImage picture, CropWindow window, ReadOnlySpan<float> map, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (map.Length != (long)height * width) throw new ArgumentException($"A map of {height}×{width} has {(long)height * width} values, not {map.Length}.", nameof(map));
        foreach (float value in map)
            if (float.IsNaN(value))
                throw new ArgumentException("The map holds NaN.", nameof(map));
        _map = map;
        (_height, _width) = (height, width);
        _seen = window.InPicture(picture.Width, picture.Height);
        (Left, Right) = Range(_seen.Left, _seen.Width, picture.Width);
        (Top, Bottom) = Range(_seen.Top, _seen.Height, picture.Height);
        _row = new float[width];
        _cells = new int[Right - Left];
        _shares = new float[Right - Left];
        for (int x = Left; x < Right; x++) (_cells[x - Left], _shares[x - Left]) = Place(x, _seen.Left, _seen.Width, width);
    }

    /// <summary>First column of the picture that the model saw.</summary>
    internal int Left { get; }

    /// <summary>One behind the last such column.</summary>
    internal int Right { get; }

    /// <summary>First row of the picture that the model saw.</summary>
    internal int Top { get; }

    /// <summary>One behind the last such row.</summary>
    internal int Bottom { get; }

    /// <summary>The map's levels, 0 to 255, in the columns [Left, Right) of row <paramref name="y"/>; values outside [0, 1] count as the nearer end.</summary>
    internal readonly void Levels(int y, Span<byte> levels)
    {
        var (cell, share) = Place(y, _seen.Top, _seen.Height, _height);
        var above = _map.Slice(cell * _width, _width);
        var below = _map.Slice(Math.Min(cell + 1, _height - 1) * _width, _width);
        for (int i = 0; i < _width; i++) _row[i] = above[i] + ((below[i] - above[i]) * share);
        for (int i = 0; i < _cells.Length; i++)
        {
            float left = _row[_cells[i]], right = _row[Math.Min(_cells[i] + 1, _width - 1)];
            float value = left + ((right - left) * _shares[i]);
            levels[i] = (byte)(Math.Clamp(value, 0, 1) * (ColourMap.Levels - 1) + 0.5F);
        }
    }

    /// <summary>Pixels whose centres the window covers; one at least, where it is narrower than a pixel.</summary>
    private static (int Start, int End) Range(double start, double length, int pixels)
    {
        int first = Math.Clamp((int)Math.Ceiling(start - 0.5), 0, pixels - 1);
        return (first, Math.Clamp((int)Math.Ceiling(start + length - 0.5), first + 1, pixels));
    }

    private static (int Cell, float Share) Place(int pixel, double start, double length, int cells)
    {
        double at = Math.Clamp(((pixel + 0.5 - start) / length * cells) - 0.5, 0, cells - 1);
        return ((int)at, (float)(at - (int)at));
    }
}
