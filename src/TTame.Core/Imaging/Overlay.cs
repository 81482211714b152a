namespace TTame.Core.Imaging;

/// <summary>Lays an explanation map over its picture, at the picture's own size.</summary>
public static class Overlay
{
    // Luma of the greyed picture beneath the colours (BT.601), in 1/256.
    private const int OfRed = 77, OfGreen = 150, OfBlue = 29;

    /// <summary>The picture with the map's colours over the part that the model saw. What it did not see is left as it is.</summary>
    /// <param name="picture">Upright, as a viewer shows it.</param>
    /// <param name="window">Where the model's input was cut.</param>
    /// <param name="scaledMap">(height, width), [0, 1], over the model's input.</param>
    /// <param name="height">Rows of the map.</param>
    /// <param name="width">Columns of the map.</param>
    /// <param name="options">Colours and opacity.</param>
    /// <returns>Of the picture's size.</returns>
    /// <remarks>The colours are mixed with the picture's grey, so that a hue is the map's alone and the picture stays legible by its light and shade.</remarks>
    /// <exception cref="ArgumentException">The map is not height·width long, or holds NaN.</exception>
    public static RgbImage Render(RgbImage picture, CropWindow window, ReadOnlySpan<float> scaledMap, int height, int width, OverlayOptions options)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(options);
        MapOnPicture map = new(picture, window, scaledMap, height, width);
        RgbImage overlay = new(picture.Width, picture.Height, [.. picture.Pixels]);
        byte[] levels = new byte[map.Right - map.Left];
        int share = (int)Math.Round(options.Opacity * 256);
        var colours = options.ColourMap.Colours;
        for (int y = map.Top; y < map.Bottom; y++)
        {
            map.Levels(y, levels);
            var row = overlay.Pixels.AsSpan((y * overlay.Stride) + (map.Left * RgbImage.Channels), levels.Length * RgbImage.Channels);
            Mix(row, levels, colours, share);
        }

        return overlay;
    }

    /// <summary>The map alone, in grey levels, at the picture's size: black where it says nothing and where the model did not look.</summary>
    /// <param name="picture">Upright, as a viewer shows it.</param>
    /// <param name="window">Where the model's input was cut.</param>
    /// <param name="scaledMap">(height, width), [0, 1], over the model's input.</param>
    /// <param name="height">Rows of the map.</param>
    /// <param name="width">Columns of the map.</param>
    /// <returns>(picture height, picture width) bytes, 255 for 1.</returns>
    /// <exception cref="ArgumentException">The map is not height·width long, or holds NaN.</exception>
    public static byte[] RenderGrey(RgbImage picture, CropWindow window, ReadOnlySpan<float> scaledMap, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(picture);
        MapOnPicture map = new(picture, window, scaledMap, height, width);
        byte[] grey = new byte[picture.Width * picture.Height];
        for (int y = map.Top; y < map.Bottom; y++) map.Levels(y, grey.AsSpan((y * picture.Width) + map.Left, map.Right - map.Left));
        return grey;
    }

    private static void Mix(Span<byte> row, ReadOnlySpan<byte> levels, ReadOnlySpan<byte> colours, int share)
    {
        for (int i = 0; i < levels.Length; i++, row = row[RgbImage.Channels..])
        {
            var colour = colours.Slice(levels[i] * RgbImage.Channels, RgbImage.Channels);
            int grey = ((row[0] * OfRed) + (row[1] * OfGreen) + (row[2] * OfBlue) + 128) >> 8;
            for (int c = 0; c < RgbImage.Channels; c++) row[c] = (byte)(((colour[c] * share) + (grey * (256 - share)) + 128) >> 8);
        }
    }
}
