using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Backbones;

/// <summary>A linear layer.</summary>
/// <param name="Weight">(O, I).</param>
/// <param name="Bias">(O).</param>
internal sealed record Linear(Tensor Weight, Tensor Bias)
{
    /// <summary>Reads <c>.weight</c> and <c>.bias</c>.</summary>
    /// <param name="weights">Where from.</param>
    /// <param name="key">Prefix.</param>
    /// <param name="outputs">O.</param>
    /// <param name="inputs">I.</param>
    public static Linear Read(WeightTable weights, string key, long outputs, long inputs)
        => new(weights.Take($"{key}.weight", outputs, inputs), weights.Take($"{key}.bias", outputs));

    /// <summary>x·Wᵀ + b over the last axis.</summary>
    /// <param name="x">(…, I).</param>
    public Tensor Apply(Tensor x) => F.linear(x, Weight, Bias);
}
