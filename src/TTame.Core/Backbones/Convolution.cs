using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Backbones;

/// <summary>A convolution with what is folded into it or follows it.</summary>
/// <param name="Weight">(O, I/groups, k, k).</param>
/// <param name="Bias">(O), or null.</param>
/// <param name="Norm">Batch norm behind it, null where there is none or it is folded.</param>
internal sealed record Convolution(Tensor Weight, Tensor? Bias, BatchNorm? Norm)
{
    /// <summary>Stride along both axes.</summary>
    public long Stride { get; init; } = 1;

    /// <summary>Zeros on every side.</summary>
    public long Padding { get; init; }

    /// <summary>Groups of channels.</summary>
    public long Groups { get; init; } = 1;

    /// <summary>Whether padding follows TensorFlow's SAME rule instead of <see cref="Padding"/>: asymmetric where the stride makes it so.</summary>
    public bool Same { get; init; }

    /// <summary>Reads a convolution and, where <paramref name="norm"/> is given, the batch norm behind it.</summary>
    /// <param name="weights">Where from.</param>
    /// <param name="key">Prefix of <c>.weight</c> and <c>.bias</c>.</param>
    /// <param name="shape">Of the weight.</param>
    /// <param name="bias">Whether it has a bias.</param>
    /// <param name="norm">Prefix of the batch norm.</param>
    /// <param name="eps">The batch norm's epsilon.</param>
    public static Convolution Read(WeightTable weights, string key, long[] shape, bool bias, string? norm = null, double eps = BatchNorm.DefaultEpsilon)
    {
        using var scope = NewDisposeScope();
        Tensor weight = weights.Take($"{key}.weight", shape);
        Tensor? shift = bias ? weights.Take($"{key}.bias", shape[0]) : null;
        BatchNorm? batchNorm = norm is null ? null : BatchNorm.Read(weights, norm, shape[0], eps);
        if (batchNorm is not null && weights.Options.FoldBatchNorm)
        {
            (weight, shift) = batchNorm.FoldInto(weight, shift);
            weights.Keep(shift);
            batchNorm = null;
        }
        if (weights.Options.ChannelsLast && shape[2] * shape[3] > 1) weight = MemoryLayout.ChannelsLast(weight);
        return new(weights.Keep(weight), shift, batchNorm);
    }

    /// <summary>Convolves.</summary>
    /// <param name="x">(B, I, H, W).</param>
    /// <returns>(B, O, H/stride, W/stride).</returns>
    public Tensor Apply(Tensor x)
    {
        long padding = Padding;
        if (Same)
        {
            long k = Weight.size(2);
            (long top, long bottom) = SamePadding(x.size(2), k, Stride);
            (long left, long right) = SamePadding(x.size(3), k, Stride);
            if (top == bottom && left == right && top == left) padding = top;
            else (x, padding) = (F.pad(x, [left, right, top, bottom]), 0);
        }
        Tensor y = F.conv2d(x, Weight, Bias, [Stride, Stride], [padding, padding], null, Groups);
        return Norm is null ? y : Norm.Apply(y);
    }

    /// <summary>Zeros before and after an axis under TensorFlow's SAME rule.</summary>
    /// <param name="size">The axis.</param>
    /// <param name="kernel">Kernel size.</param>
    /// <param name="stride">Stride.</param>
    internal static (long Before, long After) SamePadding(long size, long kernel, long stride)
    {
        long total = Math.Max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0);
        return (total / 2, total - total / 2);
    }
}
