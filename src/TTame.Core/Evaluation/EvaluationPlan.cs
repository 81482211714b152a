using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Metrics;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;

namespace TTame.Core.Evaluation;

/// <summary>What is measured, of which explainers, and how. Everything that enters a figure is here or in the image list.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Names of <see cref="ExplainerCatalogue"/>, with target layers where others than the card's first are meant.</summary>
    public IReadOnlyList<string> Explainers { get; init; } = [TTameExplainer.Name, GradCam.Name];

    /// <summary>Names of <see cref="EvaluationMeasures"/>.</summary>
    public IReadOnlyList<string> Measures { get; init; } = EvaluationMeasures.Defaults;

    /// <summary>Kept shares of AD, IC and average gain.</summary>
    public IReadOnlyList<KeptShare> KeptShares { get; init; } = Faithfulness.DefaultShares;

    /// <summary>How maps mask images; null is the rule of the classifier's kind. The authors' code uses Eq. 13 for transformers too.</summary>
    /// <deviation>D9</deviation>
    public MaskingRule? Masking { get; init; }

    /// <summary>ROAD's shares, rule, noise and seed.</summary>
    public RoadOptions Road { get; init; } = new();

    /// <summary>Steps of deletion and insertion.</summary>
    public int FlowSteps { get; init; } = PixelFlow.DefaultSteps;

    /// <summary>Boxes around the objects, in pixels of the upright picture, by the image's name; images without boxes count in no mean of energy in a box.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PixelBox>> Boxes { get; init; } = new Dictionary<string, IReadOnlyList<PixelBox>>();

    /// <summary>Options of the explainers.</summary>
    public ExplainerOptions Options { get; init; } = new();

    /// <summary>Images per forward pass; the result does not depend on it beyond rounding.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Seed of the bootstrap.</summary>
    public ulong Seed { get; init; }

    /// <summary>Resamples of the bootstrap.</summary>
    public int Resamples { get; init; } = Bootstrap.DefaultResamples;

    /// <summary>What a file may cost.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>Checks names and numbers.</summary>
    /// <exception cref="ArgumentException">There is nothing to do, a name is unknown or twice there, or a number is outside its range.</exception>
    public void Validate()
    {
        if (Explainers.Count == 0 || Measures.Count == 0) throw new ArgumentException("An evaluation needs an explainer and a measure.");
        if (Explainers.Distinct().Count() < Explainers.Count || Measures.Distinct().Count() < Measures.Count)
            throw new ArgumentException("An explainer or measure is named twice.");
        if (Measures.FirstOrDefault(measure => !EvaluationMeasures.Names.Contains(measure)) is { } unknown)
            throw new ArgumentException($"There is no measure '{unknown}'. Known: {string.Join(", ", EvaluationMeasures.Names)}.");
        if (KeptShares.Count == 0 || KeptShares.Any(share => !(share.Value > 0 && share.Value <= 1)))
            throw new ArgumentException("Kept shares are numbers above 0 and up to 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Resamples, 1);
    }
}
