using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Explainers;

/// <summary>The way of every explainer's map to the image's size.</summary>
public static class MapResizing
{
    /// <summary>Scales maps to [0, 1] and resizes them, in the order that belongs to the method.</summary>
    /// <param name="explainer">Whose maps these are.</param>
    /// <param name="maps">(B, 1, h, w), unscaled.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>(B, 1, H, W), [0, 1]; a constant map is all zeros and flagged.</returns>
    public static ScaledMaps ToImage(this IExplainer explainer, ExplanationMaps maps, long height, long width) => explainer.Info.Scaling switch
    {
        MapScaling.BeforeResizing => maps.Scaled().ResizeTo(height, width),
        MapScaling.BeforeAndAfterResizing => new ExplanationMaps(maps.Scaled().ResizeTo(height, width).Values).Scaled(),
        MapScaling.AfterResizing => new ExplanationMaps(Resized(maps, height, width, InterpolationMode.Bilinear)).Scaled(),
        _ => new ExplanationMaps(Resized(maps, height, width, InterpolationMode.Bicubic)).Scaled(),
    };

    private static Tensor Resized(ExplanationMaps maps, long height, long width, InterpolationMode mode)
        => F.interpolate(maps.Values, [height, width], mode: mode, align_corners: false);
}
