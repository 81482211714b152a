using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Attention;

/// <summary>The fusion module: the branches' maps at one resolution, concatenated, through a 1×1 convolution to one map per class.</summary>
/// <param name="Weight">(C, ΣK, 1, 1).</param>
/// <param name="Bias">(C).</param>
/// <source>T-TAME:Eq. 10</source>
internal sealed record FusionModule(Tensor Weight, Tensor Bias)
{
    /// <summary>The steps as they are written, all classes.</summary>
    /// <param name="branches">Per tap (B, K, h, w), before they are resized.</param>
    /// <returns>(B, C, h, w), before the sigmoid.</returns>
    public Tensor Fuse(IReadOnlyList<Tensor> branches)
    {
        (long h, long w) = Resolution(branches);
        Tensor all = cat([.. branches.Select(branch => Resize(branch, h, w))], 1);
        return F.conv2d(all, Weight, Bias);
    }

    /// <summary>The same for some classes: each tap is fused at its own resolution and the few maps are resized, which a 1×1 convolution allows.</summary>
    /// <param name="branches">Per tap (B, K, h, w), before they are resized.</param>
    /// <param name="classes">(k) int64, the same rows for every image, or (B, k).</param>
    /// <returns>(B, k, h, w), before the sigmoid.</returns>
    public Tensor FuseRows(IReadOnlyList<Tensor> branches, Tensor classes)
    {
        (long h, long w) = Resolution(branches);
        Tensor? sum = null;
        long first = 0;
        foreach (Tensor branch in branches)
        {
            Tensor maps = Resize(Rows(branch, Weight.narrow(1, first, branch.size(1)), classes), h, w);
            sum = sum is null ? maps : sum + maps;
            first += branch.size(1);
        }
        Tensor bias = Bias.index_select(0, classes.flatten());
        return sum! + (classes.ndim == 1 ? bias.view(1, -1, 1, 1) : bias.view(classes.size(0), classes.size(1), 1, 1));
    }

    private static Tensor Rows(Tensor branch, Tensor weight, Tensor classes)
    {
        Tensor rows = weight.index_select(0, classes.flatten());                   // (k, K, 1, 1) or (B·k, K, 1, 1)
        if (classes.ndim == 1) return F.conv2d(branch, rows);
        long b = branch.size(0), channels = branch.size(1);
        return rows.view(b, -1, channels).bmm(branch.flatten(2)).view(b, -1, branch.size(2), branch.size(3));
    }

    private static Tensor Resize(Tensor maps, long h, long w)
        => maps.size(2) == h && maps.size(3) == w ? maps : F.interpolate(maps, size: [h, w], mode: InterpolationMode.Bilinear, align_corners: false);

    // Eq. 9: the largest height and width over the taps. The official code takes the first tap's, at most 56; for its backbones that is the same.
    private static (long H, long W) Resolution(IReadOnlyList<Tensor> branches) => (branches.Max(branch => branch.size(2)), branches.Max(branch => branch.size(3)));
}
