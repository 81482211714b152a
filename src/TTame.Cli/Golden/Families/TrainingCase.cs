using System.Text.Json;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>A training of some steps on named images, with the product's own step, optimiser and schedule.</summary>
internal sealed class TrainingCase : IDisposable
{
    private readonly TrainingStep step;
    private readonly NesterovSgd optimiser;
    private readonly OneCycle schedule;
    private readonly bool ownsModel;
    private int done;

    /// <summary>Begins a training.</summary>
    /// <param name="set">Salt of the weights.</param>
    /// <param name="backbone">The frozen classifier.</param>
    /// <param name="features">Its taps.</param>
    /// <param name="recipe">Loss and masking; Ψ is the batch's labels, as in every vector.</param>
    /// <param name="schedule">Rates and momenta.</param>
    /// <param name="dtype">Precision of everything.</param>
    /// <param name="batchStatistics">Whether the classifier is in training mode too.</param>
    public TrainingCase(GoldenSet set, string backbone, string features, Recipe recipe, OneCycle schedule, ScalarType dtype, bool batchStatistics = false)
    {
        Model = SyntheticModel.Classifier(set, backbone, features, dtype: dtype, batchStatistics: batchStatistics);
        ownsModel = batchStatistics;
        Attention = SyntheticModel.Attention(set.Salt, $"{backbone}.attn.{features}.{AttentionVariant.Full.Name}", Model, dtype);
        (this.schedule, Dtype) = (schedule, dtype);
        step = new(Model, Attention, recipe);
        optimiser = new(Attention.Parameters, recipe.WeightDecay);
    }

    /// <summary>The classifier.</summary>
    public IClassifier Model { get; }

    /// <summary>What is trained.</summary>
    public AttentionMechanism Attention { get; }

    private ScalarType Dtype { get; }

    /// <summary>The recipe of a vector.</summary>
    /// <param name="loss"><c>official</c> or <c>paper</c>.</param>
    /// <param name="masking">Null: by the classifier's kind.</param>
    public static Recipe RecipeOf(string loss, MaskingRule? masking = null)
        => Recipe.Official with { Loss = loss == "paper" ? LossKind.Paper : LossKind.Official, Masking = masking };

    /// <summary>The images as the vectors have them: what the loader gives is float32, then widened; a CNN's loader gives pixels, a transformer's standardised ones.</summary>
    public PixelImages Pixels(IEnumerable<string> names)
    {
        PixelImages pixels = SyntheticImages.Pixels(names, Model.Card.Input.Size);
        return Model.Card.Kind == ModelKind.Cnn ? new(pixels.Values.to(Dtype)) : pixels;
    }

    /// <summary>Loss and gradients of a batch; nothing moves but the running statistics.</summary>
    public LossParts Differentiate(PixelImages pixels)
    {
        SplitMix64 unused = new(0);
        return step.Differentiate(pixels, ref unused);
    }

    /// <summary>Moves the parameters along the gradients, as far as the schedule says.</summary>
    public void Advance()
    {
        (double rate, double momentum) = schedule.At(done++);
        optimiser.Step(rate, momentum);
    }

    /// <summary>Parameters and running statistics, copied.</summary>
    public Dictionary<string, double[]> State()
        => Attention.Parameters.Concat(Attention.Buffers).ToDictionary(entry => entry.Name, entry => ExplainedCase.Doubles(entry.Value.detach()), StringComparer.Ordinal);

    /// <summary>Gradients.</summary>
    public Dictionary<string, double[]> Gradients()
        => Attention.Parameters.ToDictionary(entry => entry.Name, entry => ExplainedCase.Doubles(entry.Value.grad!), StringComparer.Ordinal);

    /// <summary>Loss terms against those of a vector, relative to each.</summary>
    public static double Error(LossParts found, JsonElement expected)
    {
        bool paper = expected.TryGetProperty("E", out _);
        double Of(double value, string name) => Math.Abs(value - expected.GetProperty(name).GetDouble()) / Math.Abs(expected.GetProperty(name).GetDouble());
        return new[] { Of(found.Total, "loss"), Of(found.CrossEntropy, "ce"), Of(found.Area, paper ? "E" : "area"), Of(found.Variation, paper ? "V" : "variation") }
            .Aggregate((a, b) => double.IsNaN(a) || a > b ? a : b);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimiser.Dispose();
        Attention.Dispose();
        if (ownsModel) Model.Dispose();
    }
}
