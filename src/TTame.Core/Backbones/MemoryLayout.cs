using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>Memory layouts that TorchSharp has no name for.</summary>
internal static class MemoryLayout
{
    /// <summary>The same values with the channels innermost in memory; convolutions keep that layout and are faster in it.</summary>
    /// <param name="x">(B, K, H, W).</param>
    /// <returns>(B, K, H, W), strides (H·W·K, 1, W·K, K).</returns>
    public static Tensor ChannelsLast(Tensor x)
    {
        long k = x.size(1), h = x.size(2), w = x.size(3);
        return empty_strided(x.shape, [h * w * k, 1, w * k, k], dtype: x.dtype, device: x.device).copy_(x);
    }
}
