using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Training.ClosedForm;

/// <summary>Means of branch outputs under masks, as if every branch had been resized to the maps' size first.</summary>
/// <remarks>
/// φ = 1/P · Σ_p m(p)·up(A)(p). Resizing is linear, so the mask is carried to each tap's own grid by the transposed resizing instead: W·φ is then exactly the mean of
/// the masked map W·A, at a fraction of the cost.
/// </remarks>
internal sealed class TapPooling : IDisposable
{
    private readonly List<Tensor> transposed = [];                                    // per tap (P, h_i·w_i)
    private readonly long height, width;

    /// <summary>Prepares the grids of a network.</summary>
    /// <param name="grids">h and w of every tap.</param>
    public TapPooling(IReadOnlyList<(long H, long W)> grids)
    {
        (height, width) = (grids.Max(grid => grid.H), grids.Max(grid => grid.W));
        foreach ((long h, long w) in grids)
        {
            using var scope = NewDisposeScope();
            Tensor cells = eye(h * w).view(h * w, 1, h, w);
            Tensor spread = (h, w) == (height, width) ? cells : F.interpolate(cells, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
            transposed.Add(spread.view(h * w, -1).t().contiguous().DetachFromDisposeScope());
        }
    }

    /// <summary>Pools one photograph's branches.</summary>
    /// <param name="branches">Per tap (1, K, h, w).</param>
    /// <param name="masks">(m, 1, H, W), [0, 1].</param>
    /// <returns>(m, ΣK) float64.</returns>
    public Tensor Pool(IReadOnlyList<Tensor> branches, Tensor masks)
    {
        using var scope = NewDisposeScope();
        Tensor weights = F.adaptive_avg_pool2d(masks, [height, width]).flatten(1) / (height * width);              // (m, P)
        return cat([.. branches.Select((branch, i) => weights.mm(transposed[i]).mm(branch.flatten(2).squeeze(0).t()))], 1)
            .to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => transposed.ForEach(tensor => tensor.Dispose());
}
