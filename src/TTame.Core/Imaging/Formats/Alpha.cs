namespace TTame.Core.Imaging.Formats;

/// <summary>Lays pixels with opacity over white.</summary>
internal static class Alpha
{
    /// <summary>Bytes a pixel with opacity.</summary>
    internal const int Channels = 4;

    /// <summary>Straight: (c·a + 255·(255 − a)) / 255, rounded. Premultiplied: c + 255 − a.</summary>
    internal static void OverWhite(ReadOnlySpan<byte> rgba, Span<byte> rgb, AlphaKind kind)
    {
        for (; rgb.Length >= RgbImage.Channels; rgb = rgb[RgbImage.Channels..], rgba = rgba[Channels..])
        {
            int opacity = kind == AlphaKind.Ignored ? byte.MaxValue : rgba[3];
            for (int c = 0; c < RgbImage.Channels; c++)
                rgb[c] = kind == AlphaKind.Premultiplied
                    ? (byte)Math.Min(rgba[c] + byte.MaxValue - opacity, byte.MaxValue)
                    : (byte)(((rgba[c] * opacity) + (byte.MaxValue * (byte.MaxValue - opacity)) + 127) / byte.MaxValue);
        }
    }
}
