using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Training.ClosedForm;

/// <summary>Turns summed evidence into an attention mechanism that explains without any training.</summary>
/// <remarks>
/// Branches: batch norm with scale 0 and shift β, so that A = ReLU(L + β). Fusion: row c is the solution W_c of the ridge regression(s), scaled to one spread over
/// photographs and places, with the bias that gives the sigmoid's wanted mean (by the usual approximation of the logistic function under a normal distribution).
/// </remarks>
/// <deviation>D26</deviation>
public static class ClosedFormStart
{
    /// <summary>The rows, before they are scaled for the sigmoid.</summary>
    /// <param name="kind">Which sums.</param>
    /// <param name="evidence">The sums.</param>
    /// <param name="sample">β and spreads.</param>
    /// <param name="options">Penalty and weight; pooled rows count 1 where it names no weight.</param>
    /// <returns>(C, ΣK) float64, every row of spread 1 where it is of one kind, and the penalties chosen.</returns>
    public static (Tensor Rows, IReadOnlyList<double> Penalties) Rows(Initialisation kind, Evidence evidence, TapSample sample, ClosedFormOptions options)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        List<double> penalties = [];
        Tensor rows = kind switch
        {
            Initialisation.Pooled => Unit(evidence.Pooled),
            Initialisation.Masked => Unit(evidence.Masked),
            Initialisation.MaskedAndPooled => Unit(evidence.Masked) + (options.PooledWeight ?? 1) * Unit(evidence.Pooled),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This start is not in closed form."),
        };
        IReadOnlyList<double> weights = options.WeightsOf(sample.Deviation.Count);
        Tensor perFeature = cat([.. sample.Deviation.Select((deviation, tap) => full([deviation.size(0)], weights[tap], dtype: ScalarType.Float64))], 0);
        return ((rows * perFeature.unsqueeze(0)).MoveToOuterDisposeScope(), penalties);

        Tensor Unit(EvidenceSums sums)
        {
            (Tensor weights, double penalty) = sums.Solve(options.Penalty);
            penalties.Add(penalty);
            Tensor own = weights / cat([.. sample.Deviation], 0).to(ScalarType.Float64).unsqueeze(0);
            return own / Safe(sample.MapsOf(own, options.Shift).Deviation).unsqueeze(1);
        }
    }

    /// <summary>The attention mechanism of some rows.</summary>
    /// <param name="rows">(C, ΣK) float64.</param>
    /// <param name="sample">β and spreads.</param>
    /// <param name="options">Shift, spread and mean.</param>
    /// <param name="variant">With skip connection and batch norm.</param>
    /// <param name="classifier">Its taps and device.</param>
    /// <param name="seed">Of the branches' convolutions, which wait behind the scale 0 for training.</param>
    /// <returns>Disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The variant has no skip connection or no batch norm, or a sigmoid in its branches.</exception>
    public static AttentionMechanism Build(Tensor rows, TapSample sample, ClosedFormOptions options, AttentionVariant variant, IClassifier classifier, ulong seed)
    {
        Require(variant);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        (Tensor mean, Tensor deviation) = sample.MapsOf(rows, options.Shift);
        Tensor gain = options.Spread / Safe(deviation);
        double centre = Math.Log(options.Mean / (1 - options.Mean)) * Math.Sqrt(1 + Math.PI * options.Spread * options.Spread / 8);
        using AttentionMechanism random = AttentionMechanism.Create(variant, classifier.Taps, classifier.Classes, seed, CPU);
        using StateDict start = random.ToStateDict();
        start["fuser.weight"].copy_((rows * gain.unsqueeze(1)).to(ScalarType.Float32).view(start["fuser.weight"].shape));
        start["fuser.bias"].copy_((centre - mean * gain).to(ScalarType.Float32));
        for (int tap = 0; tap < sample.Deviation.Count; tap++)
        {
            start[$"bns.{tap}.weight"].zero_();
            start[$"bns.{tap}.bias"].copy_(sample.Deviation[tap] * options.Shift);
        }
        return AttentionMechanism.Load(start, variant, classifier.Taps, classifier.Classes, classifier.Device);
    }

    /// <summary>Refuses variants whose branches can't start as ReLU(tap + β).</summary>
    internal static void Require(AttentionVariant variant)
    {
        if (!variant.HasBranches || !variant.HasSkip || !variant.HasBatchNorm || variant.HasSigmoid)
            throw new ArgumentException($"Version {variant.Name} can't start in closed form: that takes branches with batch norm, skip connection and ReLU. Start it at random.", nameof(variant));
    }

    // A class of which nothing is known has a row of zeros and stays so: a constant, finite map.
    private static Tensor Safe(Tensor deviation) => deviation.masked_fill(deviation.le(1e-12), 1);
}
