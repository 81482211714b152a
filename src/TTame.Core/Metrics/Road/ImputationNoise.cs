using System.Runtime.InteropServices;
using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Metrics.Road;

/// <summary>The noise of noisy linear imputation: normal numbers, one per pixel and channel, drawn once per picture.</summary>
/// <remarks>
/// The stream is seeded by the seed and the picture's own pixels: neither the batch, nor its order, nor the share changes a picture's noise,
/// and the shares of one curve see the same noise.
/// </remarks>
public static class ImputationNoise
{
    /// <summary>Standard deviation for pixels in [0,1], as in ROAD's and T-TAME's code.</summary>
    public const double DefaultDeviation = 0.01;

    /// <summary>Noise for every picture.</summary>
    /// <param name="pictures">(B, C, H, W) float32.</param>
    /// <param name="deviation">Standard deviation, not negative.</param>
    /// <param name="seed">Any number; another one gives other noise.</param>
    /// <returns>(B, C, H, W) float32, mean 0. Disposed by the caller.</returns>
    public static Tensor Like(Tensor pictures, double deviation, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        using var grad = no_grad();
        if (deviation == 0) return zeros_like(pictures);
        using var scope = NewDisposeScope();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(pictures.cpu().contiguous().bytes);
        var noise = new float[values.Length];
        int size = values.Length / (int)pictures.shape[0];
        for (int from = 0; from < values.Length; from += size)
            Fill(noise.AsSpan(from, size), (float)deviation, seed ^ Fingerprint(values.Slice(from, size)));
        return tensor(noise, pictures.shape).to(pictures.device).MoveToOuterDisposeScope();
    }

    // Box and Muller, two numbers from two draws.
    private static void Fill(Span<float> noise, float deviation, ulong seed)
    {
        var stream = new SplitMix64(seed);
        for (int i = 0; i < noise.Length; i += 2)
        {
            float radius = deviation * MathF.Sqrt(-2f * MathF.Log(1f - stream.Unit()));
            (float sine, float cosine) = MathF.SinCos(2f * MathF.PI * stream.Unit());
            noise[i] = radius * cosine;
            if (i + 1 < noise.Length) noise[i + 1] = radius * sine;
        }
    }

    private static ulong Fingerprint(ReadOnlySpan<float> picture)
    {
        ulong hash = 0xCBF29CE484222325;                           // FNV-1a over the numbers' 32 bits
        foreach (float value in picture) hash = (hash ^ BitConverter.SingleToUInt32Bits(value)) * 0x100000001B3;
        return hash;
    }
}
