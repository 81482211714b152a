using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Imaging;

/// <summary>Multiplies images with maps, on one side of standardisation or the other. Gradients flow to both.</summary>
public static class Masking
{
    /// <summary>Masks the pixels, then standardises: removed places become black.</summary>
    /// <param name="pixels">(B, 3, H, W), [0, 1].</param>
    /// <param name="maps">(B, 1, H, W), [0, 1], at the images' size.</param>
    /// <param name="spec">Mean and standard deviation.</param>
    /// <returns>(B, 3, H, W), standardised.</returns>
    /// <remarks>|E ⊙ I|, where |·| is the standardisation.</remarks>
    /// <source>T-TAME:Eq. 13</source>
    /// <exception cref="ShapeException">The maps are not one per image at its size.</exception>
    public static NormalizedImages RawThenNormalise(PixelImages pixels, Tensor maps, InputSpec spec)
    {
        using var scope = NewDisposeScope();
        var masked = Preprocessing.Standardise(new(Product(pixels.Values, maps)), spec);
        return new(masked.Values.MoveToOuterDisposeScope());
    }

    /// <summary>Masks the standardised images: removed places become the data set's mean.</summary>
    /// <param name="images">(B, 3, H, W), standardised.</param>
    /// <param name="maps">(B, 1, H, W), [0, 1], at the images' size.</param>
    /// <returns>(B, 3, H, W), standardised.</returns>
    /// <remarks>E ⊙ |I|, where |·| is the standardisation.</remarks>
    /// <source>T-TAME:Eq. 14</source>
    /// <exception cref="ShapeException">The maps are not one per image at its size.</exception>
    public static NormalizedImages OnNormalised(NormalizedImages images, Tensor maps) => new(Product(images.Values, maps));

    private static Tensor Product(Tensor images, Tensor maps)
    {
        Shape.Require(images, "B", RgbImage.Channels, "H", "W");
        // Broadcasting would let a map of one row, or of one image, pass for all.
        Shape.Require(maps, images.size(0), 1, images.size(2), images.size(3));
        return maps * images;
    }
}
