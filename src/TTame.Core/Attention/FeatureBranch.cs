using TorchSharp;
using TTame.Core.Backbones;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Attention;

/// <summary>A feature branch without its last step, the resizing: 1×1 convolution, batch norm, skip connection, ReLU.</summary>
/// <remarks>A = up(relu(BN(conv(L)) + L)).</remarks>
/// <source>T-TAME:Eq. 8</source>
internal sealed class FeatureBranch
{
    private readonly AttentionVariant variant;
    private readonly Tensor weight, bias;
    private readonly Tensor? gain, shift, mean, variance, batches;
    private (Tensor Weight, Tensor Bias)? folded;

    /// <summary>A branch over tensors that the attention mechanism owns.</summary>
    /// <param name="variant">Which steps it has.</param>
    /// <param name="number">From 0.</param>
    /// <param name="tensors">By official names.</param>
    public FeatureBranch(AttentionVariant variant, int number, IReadOnlyDictionary<string, Tensor> tensors)
    {
        this.variant = variant;
        (weight, bias) = (tensors[$"convs.{number}.weight"], tensors[$"convs.{number}.bias"]);
        if (!variant.HasBatchNorm) return;
        string norm = $"bns.{number}";
        (gain, shift) = (tensors[$"{norm}.weight"], tensors[$"{norm}.bias"]);
        (mean, variance, batches) = (tensors[$"{norm}.running_mean"], tensors[$"{norm}.running_var"], tensors[$"{norm}.{WeightTable.Counter}"]);
    }

    /// <summary>The steps as they are written.</summary>
    /// <param name="features">(B, K, h, w).</param>
    /// <param name="training">Normalise by the batch, and update the running statistics in place.</param>
    /// <returns>(B, K, h, w), [0, ∞), or [0, 1] with a sigmoid.</returns>
    public Tensor Apply(Tensor features, bool training)
    {
        Tensor y = F.conv2d(features, weight, bias);
        if (variant.HasBatchNorm) y = Normalise(y, training);
        if (variant.HasSkip) y = y + features;
        return variant.HasSigmoid ? y.sigmoid() : y.relu();
    }

    /// <summary>The same in evaluation mode, as one convolution: batch norm and skip connection are in its weight.</summary>
    /// <param name="features">(B, K, h, w).</param>
    public Tensor ApplyFolded(Tensor features)
    {
        (Tensor w, Tensor b) = folded ?? Fold();
        Tensor y = F.conv2d(features, w, b);
        return variant.HasSigmoid ? y.sigmoid_() : y.relu_();
    }

    /// <summary>Keeps the folded convolution; the tensors must not change any more.</summary>
    public void Freeze()
    {
        if (folded is not null) return;
        using var scope = NewDisposeScope();
        (Tensor w, Tensor b) = Fold();
        folded = (w.DetachFromDisposeScope(), b.DetachFromDisposeScope());
    }

    /// <summary>Frees the folded convolution.</summary>
    public void Dispose()
    {
        folded?.Weight.Dispose();
        folded?.Bias.Dispose();
    }

    private Tensor Normalise(Tensor y, bool training)
    {
        if (training)
        {
            using var frozen = no_grad();
            batches!.add_(1);
        }
        return F.batch_norm(y, mean, variance, gain, shift, training, BatchNorm.Momentum, BatchNorm.DefaultEpsilon);
    }

    private (Tensor Weight, Tensor Bias) Fold()
    {
        using var frozen = no_grad();
        (Tensor w, Tensor b) = variant.HasBatchNorm
            ? new BatchNorm(gain!, shift!, mean!, variance!, BatchNorm.DefaultEpsilon, BatchStatistics: false).FoldInto(weight, bias)
            : (weight.clone(), bias.clone());
        if (variant.HasSkip) w = w + eye(w.size(0), dtype: w.dtype, device: w.device).view(w.shape);
        return (w, b);
    }
}
