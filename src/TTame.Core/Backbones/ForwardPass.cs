using TTame.Core.Primitives;

namespace TTame.Core.Backbones;

/// <summary>What ONE call of a backbone gave: all that T-TAME needs to explain its images.</summary>
/// <param name="Pixels">(B, 3, H, W), [0, 1]; the caller's, not disposed here.</param>
/// <param name="Images">(B, 3, H, W), standardised.</param>
/// <param name="Logits">(B, C).</param>
/// <param name="Features">One grid per tap.</param>
/// <remarks>Its tensors belong to the caller's dispose scope, and <see cref="Dispose"/> frees them earlier.</remarks>
public sealed record ForwardPass(PixelImages Pixels, NormalizedImages Images, Logits Logits, FeatureMaps Features) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Values.Dispose();
        Logits.Values.Dispose();
        foreach (var grid in Features.Values) grid.Dispose();
    }
}
