using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Metrics;

/// <summary>The map that keeps only the most relevant share of the pixels.</summary>
/// <source>T-TAME:Eq. 20</source>
public static class KeptPixels
{
    /// <summary>φ_v: values below the (1 − v)-quantile of their map become 0, the others keep their grey value.</summary>
    /// <param name="maps">(B, 1, H, W), [0, 1], at the image's size.</param>
    /// <param name="share">v. At 1 the map stays as it is.</param>
    /// <returns>(B, 1, H, W), [0, 1].</returns>
    public static Tensor Of(ScaledMaps maps, KeptShare share)
    {
        Tensor values = Shape.Require(maps.Values, "B", 1, "H", "W");
        return share.Value >= 1 ? values : values.where(values >= Thresholds(maps, share).view(-1, 1, 1, 1), zeros_like(values));
    }

    /// <summary>The (1 − v)-quantile of each map, linear between order statistics.</summary>
    /// <param name="maps">(B, 1, H, W), [0, 1].</param>
    /// <param name="share">v.</param>
    /// <returns>(B).</returns>
    public static Tensor Thresholds(ScaledMaps maps, KeptShare share)
    {
        Tensor flat = maps.Values.flatten(1);
        using Tensor quantile = tensor(1 - share.Value, dtype: flat.dtype, device: flat.device);
        return flat.quantile(quantile, 1);
    }
}
