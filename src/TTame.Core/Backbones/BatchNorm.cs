using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Backbones;

/// <summary>Batch normalisation over channels, with the statistics that training left.</summary>
/// <param name="Weight">(O) scale.</param>
/// <param name="Bias">(O) shift.</param>
/// <param name="Mean">(O) running mean.</param>
/// <param name="Variance">(O) running variance.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="BatchStatistics">Normalise by the batch and update the running statistics.</param>
internal sealed record BatchNorm(Tensor Weight, Tensor Bias, Tensor Mean, Tensor Variance, double Epsilon, bool BatchStatistics)
{
    /// <summary>PyTorch's.</summary>
    public const double DefaultEpsilon = 1e-5;

    /// <summary>Share of a batch's statistics in the running ones, PyTorch's default.</summary>
    public const double Momentum = 0.1;

    /// <summary>Reads the four tensors.</summary>
    /// <param name="weights">Where from.</param>
    /// <param name="key">Prefix.</param>
    /// <param name="channels">O.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static BatchNorm Read(WeightTable weights, string key, long channels, double epsilon) => new(
        weights.Take($"{key}.weight", channels), weights.Take($"{key}.bias", channels),
        weights.Take($"{key}.running_mean", channels), weights.Take($"{key}.running_var", channels),
        epsilon, weights.Options.BatchStatistics);

    /// <summary>Normalises.</summary>
    /// <param name="x">(B, O, H, W).</param>
    public Tensor Apply(Tensor x) => F.batch_norm(x, Mean, Variance, Weight, Bias, BatchStatistics, Momentum, Epsilon);

    /// <summary>A convolution's weight and bias that do this normalisation as well. Computed in float64.</summary>
    /// <param name="weight">(O, I, k, k).</param>
    /// <param name="bias">(O), or null for zeros.</param>
    /// <returns>In the dtype of <paramref name="weight"/>.</returns>
    public (Tensor Weight, Tensor Bias) FoldInto(Tensor weight, Tensor? bias)
    {
        Tensor scale = Weight.@double() / (Variance.@double() + Epsilon).sqrt();
        Tensor shift = (bias is null ? -Mean.@double() : bias.@double() - Mean.@double()) * scale + Bias.@double();
        return ((weight.@double() * scale.view(-1, 1, 1, 1)).to(weight.dtype), shift.to(weight.dtype));
    }
}
