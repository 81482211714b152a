using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Training.ClosedForm;

/// <summary>The normal equations of a closed-form start, summed over photographs: all that a shard hands back, whatever its length.</summary>
/// <remarks>
/// Every photograph's share is rounded to a multiple of 2⁻²⁶ before it is added: such sums are exact in float64 (up to 2²⁷, millions of photographs), so that order and number of
/// shards do not change a bit. Features are in standard deviations of their channel, logits as they are: the rounding is far below the noise of float32 passes.
/// </remarks>
public sealed class EvidenceSums : IDisposable
{
    private const double Quantum = 1.0 / (1 << 26);
    private const string Rows = "rows", Gram = "gram", Cross = "cross", Squares = "squares", Features = "features", Logits = "logits";

    private readonly Dictionary<string, Tensor> sums;

    private EvidenceSums(Dictionary<string, Tensor> sums) => this.sums = sums;

    /// <summary>Nothing summed yet.</summary>
    /// <param name="features">K, features over all taps.</param>
    /// <param name="classes">C.</param>
    public static EvidenceSums Empty(long features, long classes)
    {
        Dictionary<string, Tensor> sums = [];
        foreach ((string name, long[] shape) in new (string, long[])[] { (Rows, []), (Gram, [features, features]), (Cross, [features, classes]), (Squares, [classes]), (Features, [features]), (Logits, [classes]) })
            sums[name] = zeros(shape, ScalarType.Float64).DetachFromDisposeScope();
        return new(sums);
    }

    /// <summary>Number of rows summed.</summary>
    public double Count => sums[Rows].ToDouble();

    /// <summary>Adds rows: one photograph's, or those of a fixed block of photographs.</summary>
    /// <param name="features">φ, (n, K) float64.</param>
    /// <param name="logits">l, (n, C) float64.</param>
    public void Add(Tensor features, Tensor logits)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor turned = features.t();
        sums[Rows].add_(features.size(0));
        Enter(Gram, turned.mm(features));
        Enter(Cross, turned.mm(logits));
        Enter(Squares, logits.square().sum([0]));
        Enter(Features, features.sum([0]));
        Enter(Logits, logits.sum([0]));
    }

    /// <summary>Adds another shard's sums; exact.</summary>
    /// <param name="other">Not changed.</param>
    public void Add(EvidenceSums other)
    {
        using var frozen = no_grad();
        foreach ((string name, Tensor sum) in sums) sum.add_(other.sums[name]);
    }

    /// <summary>The regression of logits on features, both less their mean over all rows.</summary>
    /// <param name="penalty">λ as a share of the rows; null: by generalised cross-validation.</param>
    /// <returns>(C, K) float64, and λ as a share of the rows.</returns>
    public (Tensor Weights, double Penalty) Solve(double? penalty)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        double n = Math.Max(Count, 1);
        Tensor gram = sums[Gram] - sums[Features].outer(sums[Features]) / n, cross = sums[Cross] - sums[Features].outer(sums[Logits]) / n;
        (Tensor weights, double chosen) = Ridge.Solve(gram, cross, sums[Squares] - sums[Logits].square() / n, n, penalty);
        return (weights.MoveToOuterDisposeScope(), chosen);
    }

    /// <summary>The sums by name, to be written and sent.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => sums;

    /// <summary>Sums that were written.</summary>
    /// <param name="tensors">What <see cref="Tensors"/> gave; copied.</param>
    /// <param name="name">What errors call them.</param>
    /// <exception cref="WeightsException">A sum is missing.</exception>
    public static EvidenceSums Of(IReadOnlyDictionary<string, Tensor> tensors, string name)
    {
        Dictionary<string, Tensor> sums = [];
        foreach (string key in new[] { Rows, Gram, Cross, Squares, Features, Logits })
            sums[key] = tensors.TryGetValue(key, out Tensor? sum) ? sum.clone().DetachFromDisposeScope() : throw new WeightsException(name, key, "a sum of a closed-form start", "none");
        return new(sums);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor sum in sums.Values) sum.Dispose();
    }

    private void Enter(string name, Tensor share) => sums[name].add_(share.div(Quantum).round().mul(Quantum));
}
