using TTame.Core.Primitives;

namespace TTame.Core.Imaging;

/// <summary>Where the model's input lies in the resized picture.</summary>
/// <param name="ResizedWidth">Columns after the resize.</param>
/// <param name="ResizedHeight">Rows after the resize.</param>
/// <param name="Left">First column of the window.</param>
/// <param name="Top">First row of the window.</param>
/// <param name="Size">Side of the window.</param>
public readonly record struct CropWindow(int ResizedWidth, int ResizedHeight, int Left, int Top, int Size)
{
    /// <summary>The centre window of a picture whose shorter side is brought to <see cref="InputSpec.ShorterSide"/>.</summary>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="spec">What the model wants.</param>
    /// <remarks>Longer side <c>int(side · long / short)</c>; left = (width − size) / 2 rounded half to even, top likewise.</remarks>
    /// <source>torchvision:Resize, CenterCrop</source>
    /// <exception cref="ImageContentException">The longer side would pass 2³¹ − 1 (<see cref="ImageCodes.TooManyPixels"/>).</exception>
    public static CropWindow Centre(int width, int height, InputSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var (resizedWidth, resizedHeight) = Resized(width, height, spec.ShorterSide);
        return new(resizedWidth, resizedHeight, Middle(resizedWidth, spec.Size), Middle(resizedHeight, spec.Size), spec.Size);
    }

    /// <summary>The window's place in the picture before the resize, in its pixels; edges fall between pixels.</summary>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    public PictureRectangle InPicture(int width, int height)
    {
        double acrossX = (double)width / ResizedWidth, acrossY = (double)height / ResizedHeight;
        return new(Left * acrossX, Top * acrossY, Size * acrossX, Size * acrossY);
    }

    /// <summary>Sides after the shorter one is brought to <paramref name="side"/>, the longer truncated.</summary>
    internal static (int Width, int Height) Resized(int width, int height, int side)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        long longer = (long)side * Math.Max(width, height) / Math.Min(width, height);
        if (longer > int.MaxValue)
            throw new ImageContentException(ImageCodes.TooManyPixels, $"A picture of {width}×{height} pixels is too long: its shorter side brought to {side}, the longer one would be {longer}.");
        return width <= height ? (side, (int)longer) : ((int)longer, side);
    }

    private static int Middle(int length, int size) => (int)Math.Round((length - size) / 2.0, MidpointRounding.ToEven);
}

/// <summary>A rectangle in a picture, in pixels from its top left corner.</summary>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Top edge.</param>
/// <param name="Width">Columns, not necessarily whole.</param>
/// <param name="Height">Rows, not necessarily whole.</param>
public readonly record struct PictureRectangle(double Left, double Top, double Width, double Height);

/// <summary>The model's input and where it was cut.</summary>
/// <param name="Crop">Size × size pixels.</param>
/// <param name="Window">Its place in the resized picture.</param>
public sealed record ModelInput(RgbImage Crop, CropWindow Window);
