using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Imaging;

public static partial class Preprocessing
{
    /// <summary>Crops as a batch.</summary>
    /// <param name="crops">At least one, all of one size.</param>
    /// <param name="device">Where the batch goes.</param>
    /// <returns>(B, 3, H, W) float32, [0, 1]: each byte divided by 255.</returns>
    /// <exception cref="ArgumentException">There is none, or their sizes differ.</exception>
    /// <source>torchvision:ToTensor</source>
    public static PixelImages ToPixels(IReadOnlyList<RgbImage> crops, Device device)
    {
        ArgumentNullException.ThrowIfNull(crops);
        if (crops.Count == 0) throw new ArgumentException("A batch needs at least one picture.", nameof(crops));
        (int width, int height) = (crops[0].Width, crops[0].Height);
        byte[] bytes = new byte[(long)crops.Count * width * height * RgbImage.Channels];
        for (int i = 0; i < crops.Count; i++)
        {
            if ((crops[i].Width, crops[i].Height) != (width, height))
                throw new ArgumentException($"Picture {i} has {crops[i].Width}×{crops[i].Height} pixels, picture 0 {width}×{height}.", nameof(crops));
            crops[i].Pixels.CopyTo(bytes, i * crops[i].Pixels.Length);
        }
        using var scope = NewDisposeScope();
        Tensor grey = tensor(bytes, [crops.Count, height, width, RgbImage.Channels]).to(device).permute(0, 3, 1, 2);
        return new((grey.to(ScalarType.Float32) / tensor(255f, device: device)).contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>Pixels as a classifier takes them: per channel the mean subtracted, then divided by the standard deviation, each rounded to float32.</summary>
    /// <param name="images">(B, 3, H, W), [0, 1]; gradients flow through.</param>
    /// <param name="spec">Mean and standard deviation.</param>
    /// <returns>(B, 3, H, W), of the images' dtype.</returns>
    /// <source>torchvision:Normalize</source>
    public static NormalizedImages Standardise(PixelImages images, InputSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        using var scope = NewDisposeScope();
        Tensor x = Shape.Require(images.Values, "B", RgbImage.Channels, "H", "W");
        return new(((x - PerChannel(spec.Mean, x)) / PerChannel(spec.Std, x)).MoveToOuterDisposeScope());
    }

    // In float64 the number that the card has written, not its float32 neighbour.
    private static Tensor PerChannel(float[] values, Tensor like)
        => tensor([.. values.Select(value => (double)(decimal)value)], dtype: like.dtype, device: like.device).view(1, RgbImage.Channels, 1, 1);
}
