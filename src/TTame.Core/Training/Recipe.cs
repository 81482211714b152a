using System.Text.Json.Serialization;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Training.ClosedForm;

namespace TTame.Core.Training;

/// <summary>Every hyperparameter of a trial. Three recipes have names; each of their parts is an option of its own.</summary>
public sealed record Recipe
{
    /// <summary>The paper's training.</summary>
    /// <source>T-TAME:§IV-C</source>
    public static Recipe Paper { get; } = new() { Name = "paper" };

    /// <summary>The authors' code: their loss, the batch's labels as Ψ, their crops.</summary>
    /// <deviation>D4</deviation>
    public static Recipe Official { get; } = new() { Name = "official", Loss = LossKind.Official, Psi = PsiRule.BatchLabels, Augmentation = null };

    /// <summary>For a few hundred or thousand photographs: the start in closed form, then rows that share what they learn.</summary>
    /// <deviation>D26</deviation>
    public static Recipe FewImages { get; } = new()
    {
        Name = "few-images", Initialisation = Initialisation.MaskedAndPooled, Rows = RowRule.Shared, Optimiser = OptimiserKind.AdamW, Epochs = 0, MaxLearningRate = 2e-3, WeightDecay = 0,
    };

    /// <summary>The name under which the recipe is known, or the name of the one it was derived from.</summary>
    public string Name { get; init; } = "paper";

    /// <summary>What the training starts from.</summary>
    public Initialisation Initialisation { get; init; }

    /// <summary>How a start in closed form is made.</summary>
    public ClosedFormOptions ClosedForm { get; init; } = new();

    /// <summary>How the fusion's rows learn.</summary>
    public RowRule Rows { get; init; }

    /// <summary>What turns gradients into updates.</summary>
    public OptimiserKind Optimiser { get; init; }

    /// <summary>Definition of the loss.</summary>
    public LossKind Loss { get; init; } = LossKind.Paper;

    /// <summary>λ₁ to λ₄.</summary>
    public LossWeights Weights { get; init; } = LossWeights.Default;

    /// <summary>Which maps the area and variation terms see.</summary>
    public PsiRule Psi { get; init; } = PsiRule.RandomClasses;

    /// <summary>Where the training window lies; null is what the authors' code does: crop and flip for a transformer, the centre for a convolutional network.</summary>
    public Augmentation? Augmentation { get; init; } = Training.Augmentation.Crop;

    /// <summary>How the unmasked images of a step are classified.</summary>
    public PassRule Unmasked { get; init; }

    /// <summary>In what numbers the masked images are classified.</summary>
    public PassPrecision MaskedPass { get; init; }

    /// <summary>How the map masks the image; null is the rule of the classifier's kind.</summary>
    public MaskingRule? Masking { get; init; }

    /// <summary>Passes over the training list.</summary>
    public int Epochs { get; init; } = 8;

    /// <summary>B, images per step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The highest learning rate of the schedule.</summary>
    public double MaxLearningRate { get; init; } = 1e-3;

    /// <summary>Weight decay of all parameters but biases.</summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>Seed of the attention's start, the order of images, the crops and Ψ.</summary>
    public ulong Seed { get; init; }

    /// <summary>The same recipe with everything that depends on the classifier's kind decided.</summary>
    /// <param name="kind">Convolutional network or vision transformer.</param>
    public Recipe For(ModelKind kind)
    {
        ClosedFormOptions form = ClosedForm.For(kind);
        return this with
        {
            Initialisation = Initialisation == Initialisation.MaskedAndPooled && form.PooledWeight == 0 ? Initialisation.Masked : Initialisation,
            ClosedForm = form,
            Masking = Masking ?? kind.Masking(),
            Augmentation = Augmentation ?? (kind == ModelKind.Vit ? Training.Augmentation.CropAndFlip : Training.Augmentation.Centre),
        };
    }

    /// <summary>The recipe of a name.</summary>
    /// <param name="name"><c>paper</c>, <c>official</c> or <c>few-images</c>.</param>
    /// <exception cref="ArgumentException">No recipe has that name.</exception>
    public static Recipe Named(string name) => name switch
    {
        "paper" => Paper,
        "official" => Official,
        "few-images" => FewImages,
        _ => throw new ArgumentException($"There is no recipe '{name}'. Known: paper, official, few-images.", nameof(name)),
    };

    /// <summary>Optimiser steps in one epoch; the last batch of an epoch may be smaller.</summary>
    /// <param name="images">Length of the training list.</param>
    public int StepsPerEpoch(int images) => (images + BatchSize - 1) / BatchSize;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range; the parameter name says which.</exception>
    /// <exception cref="ArgumentException">Answers can't be kept because windows lie elsewhere in every epoch.</exception>
    public void Validate()
    {
        if (Unmasked == PassRule.PerImage && Augmentation != Training.Augmentation.Centre)
            throw new ArgumentException("The classifier's answers to unmasked images can be kept only where an image's window is the same in every epoch. Train on the centre (--augmentation centre), or keep none.");
        ArgumentOutOfRangeException.ThrowIfNegative(Epochs);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxLearningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(WeightDecay);
        ClosedForm.Validate();
    }
}

/// <summary>How recipes and checkpoints are written as JSON: camel case, enumerations by name.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Recipe))]
[JsonSerializable(typeof(CheckpointState))]
[JsonSerializable(typeof(EvidenceState))]
internal sealed partial class TrainingJson : JsonSerializerContext;
