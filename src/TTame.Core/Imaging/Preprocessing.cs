namespace TTame.Core.Imaging;

/// <summary>From pictures to what a model reads, as torchvision's <c>Resize</c>, <c>CenterCrop</c>, <c>ToTensor</c> and <c>Normalize</c> do it on Pillow images.</summary>
public static partial class Preprocessing
{
    /// <summary>The centre window of the picture with its shorter side brought to <see cref="InputSpec.ShorterSide"/>, enlarged if need be.</summary>
    /// <param name="picture">Any size.</param>
    /// <param name="spec">What the model wants.</param>
    /// <remarks>Only the window is computed, so a picture of 1×4000 costs no more than any other.</remarks>
    /// <source>Pillow:Resample.c</source>
    public static ModelInput Prepare(RgbImage picture, InputSpec spec)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var window = CropWindow.Centre(picture.Width, picture.Height, spec);
        return new(Cut(picture, window), window);
    }

    /// <summary>The whole picture with its shorter side brought to <paramref name="side"/>, bilinear and antialiased.</summary>
    /// <param name="picture">Any size.</param>
    /// <param name="side">Pixels, at least 1.</param>
    public static RgbImage ResizeShorterSide(RgbImage picture, int side)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var (width, height) = CropWindow.Resized(picture.Width, picture.Height, side);
        return Resize(picture, width, height);
    }

    /// <summary>The whole picture at another size, bilinear and antialiased; proportions are not kept.</summary>
    /// <param name="picture">Any size.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    public static RgbImage Resize(RgbImage picture, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return (width, height) == (picture.Width, picture.Height) ? picture : PillowBilinear.Resize(picture, width, height, 0, 0, width, height);
    }

    /// <summary>Any window of the resized picture, computed alone: for training crops.</summary>
    /// <param name="picture">The picture before the resize.</param>
    /// <param name="window">Where the square lies in the resized picture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window leaves the resized picture.</exception>
    public static RgbImage Cut(RgbImage picture, CropWindow window)
    {
        ArgumentNullException.ThrowIfNull(picture);
        RequireInside(window.Left, window.Top, window.Size, window.Size, window.ResizedWidth, window.ResizedHeight);
        return (window.ResizedWidth, window.ResizedHeight) == (picture.Width, picture.Height)
            ? Crop(picture, window.Left, window.Top, window.Size, window.Size)
            : PillowBilinear.Resize(picture, window.ResizedWidth, window.ResizedHeight, window.Left, window.Top, window.Size, window.Size);
    }

    /// <summary>A rectangle of the picture, copied.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle leaves the picture.</exception>
    public static RgbImage Crop(RgbImage picture, int left, int top, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        RequireInside(left, top, width, height, picture.Width, picture.Height);
        RgbImage crop = new(width, height);
        for (int y = 0; y < height; y++)
            picture.Row(top + y).Slice(left * RgbImage.Channels, crop.Stride).CopyTo(crop.Pixels.AsSpan(y * crop.Stride));
        return crop;
    }

    private static void RequireInside(int left, int top, int width, int height, int outerWidth, int outerHeight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)left + width, outerWidth, nameof(left));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)top + height, outerHeight, nameof(top));
    }
}
