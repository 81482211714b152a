namespace TTame.Core.Imaging;

/// <summary>A picture of 8-bit RGB pixels, rows from top to bottom, tightly packed.</summary>
public sealed class RgbImage
{
    /// <summary>Bytes a pixel.</summary>
    public const int Channels = 3;

    /// <summary>Takes <paramref name="pixels"/> as they are, without a copy.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">(height, width, 3) bytes, R first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> is not width · height · 3 bytes long.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if ((long)width * height * Channels != pixels.Length)
            throw new ArgumentException($"{width}×{height} RGB pixels take {(long)width * height * Channels} bytes, not {pixels.Length}.", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>A black picture.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1.</exception>
    public RgbImage(int width, int height) : this(width, height, new byte[(long)Math.Max(width, 0) * Math.Max(height, 0) * Channels])
    {
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>(height, width, 3) bytes, R first.</summary>
    public byte[] Pixels { get; }

    /// <summary>The picture with left and right exchanged, copied.</summary>
    public RgbImage Mirrored()
    {
        RgbImage mirrored = new(Width, Height);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
                Row(y).Slice(Channels * x, Channels).CopyTo(mirrored.Pixels.AsSpan(y * Stride + Channels * (Width - 1 - x)));
        return mirrored;
    }

    /// <summary>Bytes a row.</summary>
    internal int Stride => Width * Channels;

    /// <summary>The bytes of one row.</summary>
    internal ReadOnlySpan<byte> Row(int y) => Pixels.AsSpan(y * Stride, Stride);
}
