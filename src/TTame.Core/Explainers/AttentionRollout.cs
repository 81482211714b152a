using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>Attention followed through all blocks of a vision transformer: how much of each patch reaches the class token.</summary>
internal static class AttentionRollout
{
    /// <summary>Row 0 of (M_L + I)···(M_1 + I) without the class token, as a grid.</summary>
    /// <param name="blocks">M_1 to M_L, each (B, T, T) and not negative.</param>
    /// <param name="normaliseRows">Whether every factor's rows are divided by their sums first.</param>
    /// <returns>(B, 1, √(T−1), √(T−1)).</returns>
    public static Tensor ToClassToken(IReadOnlyList<Tensor> blocks, bool normaliseRows)
    {
        using var scope = NewDisposeScope();
        Tensor? product = null;
        foreach (Tensor block in blocks)
        {
            Tensor factor = block + eye(block.shape[1], dtype: block.dtype, device: block.device);
            if (normaliseRows) factor = factor / factor.sum(2, keepdim: true);
            product = product is null ? factor : factor.bmm(product);
        }
        long patches = product!.shape[1] - 1, side = (long)Math.Round(Math.Sqrt(patches));
        return product.select(1, 0).narrow(1, 1, patches).reshape(-1, 1, side, side).MoveToOuterDisposeScope();
    }
}
