using System.Globalization;
using TTame.Core.Backbones;

namespace TTame.Core.Training.ClosedForm;

/// <summary>How a closed-form start is made; every number that enters it is here, in the seed or in the photographs.</summary>
public sealed record ClosedFormOptions
{
    /// <summary>The masks of the masked start.</summary>
    public MaskDesign Masks { get; init; } = new();

    /// <summary>β in standard deviations of each channel: a branch starts as ReLU(tap + β).</summary>
    /// <remarks>Large keeps all negative evidence but leaves training nothing to move; 0 cuts it off.</remarks>
    public double Shift { get; init; } = 2;

    /// <summary>Ridge penalty λ as a share of the number of rows summed; null chooses it by generalised cross-validation.</summary>
    public double? Penalty { get; init; }

    /// <summary>Weight of the pooled rows beside the masked ones, both brought to one spread before, for the start that uses both; null: what serves the classifier's kind (<see cref="For"/>).</summary>
    public double? PooledWeight { get; init; }

    /// <summary>What the rows' entries of each tap are multiplied with, separated by commas, one number per tap; null: 1 for all.</summary>
    /// <remarks>The regressions weigh taps by what they predict; how fine or coarse a good map is, only masking says: chosen on validation photographs.</remarks>
    public string? TapWeights { get; init; }

    /// <summary>Standard deviation of a class's map before the sigmoid, over photographs and places.</summary>
    public double Spread { get; init; } = 1.5;

    /// <summary>Mean of a class's map after the sigmoid.</summary>
    public double Mean { get; init; } = 0.35;

    /// <summary>The same with everything that depends on the classifier's kind decided.</summary>
    /// <remarks>
    /// Pooled rows know which features go with a class, not where the decision rests. A convolutional network that averages at its end forgives that; a transformer does not,
    /// and for it they count nothing.
    /// </remarks>
    /// <param name="kind">Convolutional network or vision transformer.</param>
    public ClosedFormOptions For(ModelKind kind) => this with { PooledWeight = PooledWeight ?? (kind == ModelKind.Vit ? 0 : 1) };

    /// <summary>The weights of that many taps.</summary>
    /// <param name="taps">Number of taps.</param>
    /// <exception cref="ArgumentException">There are more or fewer weights, or one is no number from 0.</exception>
    public IReadOnlyList<double> WeightsOf(int taps)
    {
        if (TapWeights is null) return [.. Enumerable.Repeat(1.0, taps)];
        double[] weights = [.. TapWeights.Split(',').Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) ? weight : double.NaN)];
        return weights.Length == taps && weights.All(weight => weight >= 0 && double.IsFinite(weight))
            ? weights
            : throw new ArgumentException($"Tap weights are {taps} numbers from 0, separated by commas; '{TapWeights}' is not.", nameof(taps));
    }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range; the parameter name says which.</exception>
    public void Validate()
    {
        Masks.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(Shift);
        if (Penalty is { } penalty) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(penalty);
        if (PooledWeight is { } pooled) ArgumentOutOfRangeException.ThrowIfNegative(pooled, nameof(PooledWeight));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Spread);
        if (!(Mean > 0 && Mean < 1)) throw new ArgumentOutOfRangeException(nameof(Mean), Mean, "A mean between 0 and 1, both excluded.");
    }
}
