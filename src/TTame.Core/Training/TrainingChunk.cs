using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Training.ClosedForm;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>What a chunk of training needs beside its checkpoint.</summary>
/// <param name="Classifier">Frozen; the one with which the checkpoint was begun.</param>
/// <param name="Images">The list with which the checkpoint was begun.</param>
public sealed record TrainingInputs(IClassifier Classifier, ImageList Images)
{
    /// <summary>What a file may cost.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>Where the rate and the time left come from; the results do not depend on it.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Batches decoded before they are needed; the results do not depend on it.</summary>
    public int DecodeAhead { get; init; } = BatchSupply.DefaultAhead;

    /// <summary>Asked after each step whether the chunk is to end there; null never ends early. The checkpoint is the one of that step, whatever made it end.</summary>
    public Func<bool>? Pause { get; init; }

    /// <summary>The classifier in bfloat16, for a recipe that classifies masked images with it.</summary>
    public IClassifier? Half { get; init; }

    /// <summary>Keeps the classifier's answers to unmasked windows from one epoch to the next, where the recipe classifies each by itself; null keeps none. The results do not depend on it.</summary>
    public PassCache? Passes { get; init; }

    /// <summary>Keeps decoded pictures from one epoch to the next; null decodes anew. The results do not depend on it.</summary>
    public DecodedCache? Decoded { get; init; }
}

/// <summary>A bounded part of a training: a pure function of the checkpoint, the list and the number of steps.</summary>
/// <remarks>Safe to run twice: on one device with a fixed number of threads the same inputs give the same bytes.</remarks>
public static class TrainingChunk
{
    /// <summary>The checkpoint of a training that has not begun.</summary>
    /// <param name="inputs">Classifier and training list.</param>
    /// <param name="recipe">Open choices are decided by the classifier's kind.</param>
    /// <param name="variant">Form of the attention mechanism.</param>
    /// <exception cref="ArgumentException">The list is empty or the recipe has a number outside its range.</exception>
    public static Checkpoint Begin(TrainingInputs inputs, Recipe recipe, AttentionVariant variant)
    {
        if (recipe.Initialisation != Initialisation.Random) return new ClosedFormPass(inputs, recipe, variant).Begin();
        using AttentionMechanism start = AttentionMechanism.Create(
            variant, inputs.Classifier.Taps, inputs.Classifier.Classes, RandomStream.Fnv1a64($"start/{recipe.Seed}"), inputs.Classifier.Device);
        return Begin(inputs, recipe, start);
    }

    /// <summary>The checkpoint of a training that begins with a given attention mechanism.</summary>
    /// <param name="inputs">Classifier and training list.</param>
    /// <param name="recipe">Open choices are decided by the classifier's kind.</param>
    /// <param name="start">The start; it is copied.</param>
    /// <exception cref="ArgumentException">The list is empty or the recipe has a number outside its range.</exception>
    public static Checkpoint Begin(TrainingInputs inputs, Recipe recipe, AttentionMechanism start)
    {
        recipe.Validate();
        if (inputs.Images.Entries.Count == 0) throw new ArgumentException("The training list is empty.", nameof(inputs));
        CheckpointState state = new()
        {
            Recipe = recipe.For(inputs.Classifier.Card.Kind),
            Variant = start.Variant.Name,
            BackboneSha256 = inputs.Classifier.Card.Sha256 ?? "",
            ListSha256 = inputs.Images.Fingerprint(),
            Images = inputs.Images.Entries.Count,
            RandomState = RandomStream.Fnv1a64($"psi/{recipe.Seed}"),
        };
        return new(state, start.ToStateDict(), new Dictionary<string, Tensor>());
    }

    /// <summary>Does up to a number of steps.</summary>
    /// <param name="inputs">Classifier and training list.</param>
    /// <param name="from">Not changed, not disposed.</param>
    /// <param name="steps">At most this many; fewer where the training ends.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <returns>The checkpoint after the steps.</returns>
    /// <exception cref="ArgumentException">The checkpoint belongs to another list or another classifier.</exception>
    public static Checkpoint Run(
        TrainingInputs inputs, Checkpoint from, int steps, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check(inputs, from.State);
        CheckpointState state = from.State;
        Recipe recipe = state.Recipe;
        IClassifier classifier = inputs.Classifier;
        using AttentionMechanism attention = AttentionOf(from, classifier);
        using SharedRows? shared = recipe.Rows == RowRule.Shared ? new(attention, from.Optimiser) : null;
        using IOptimizer optimiser = Optimiser(recipe, shared?.Parameters ?? attention.Parameters);
        optimiser.Restore(from.Optimiser);
        TrainingStep step = new(classifier, attention, recipe, inputs.Half);
        OneCycle schedule = new(recipe.MaxLearningRate, state.TotalSteps);
        SplitMix64 random = new(state.RandomState);
        TrainingLog log = new(state, inputs.Images, inputs.Clock);
        int last = (int)Math.Min(state.TotalSteps, (long)state.Step + steps);
        TrainingCrops crops = new(inputs.Images, classifier.Card.Input, recipe, inputs.Limits) { Decoded = inputs.Decoded };
        using PassCache none = new(0);
        foreach (TrainingBatch batch in BatchSupply.Batches(crops, state.Images, recipe, state.Step, last, inputs.DecodeAhead, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            (double rate, double momentum) = schedule.At(log.Step);
            LossParts? parts = null;
            if (batch.Windows.Count > 0)
            {
                using var scope = NewDisposeScope();
                PixelImages pixels = Preprocessing.ToPixels(batch.Windows, classifier.Device);
                using ForwardPass pass = recipe.Unmasked == PassRule.PerImage ? (inputs.Passes ?? none).Pass(classifier, pixels, batch.Images) : classifier.Forward(pixels);
                parts = step.Differentiate(pass, ref random);
                shared?.TakeGradients();
                optimiser.Step(rate, momentum);
                shared?.WriteOut();
            }
            TrainingProgress done = log.Add(batch, parts, rate);                   // counts the step, whether anybody listens or not
            progress?.Report(done);
            if (inputs.Pause?.Invoke() == true) break;
        }
        return new(log.Close(random.State), attention.ToStateDict(), OnHost(shared is null ? optimiser.State : optimiser.State.Concat(shared.State).ToDictionary()));
    }

    private static IOptimizer Optimiser(Recipe recipe, IReadOnlyList<(string Name, Tensor Value)> parameters)
        => recipe.Optimiser == OptimiserKind.AdamW ? new AdamW(parameters, recipe.WeightDecay) : new NesterovSgd(parameters, recipe.WeightDecay);

    /// <summary>The attention mechanism that a checkpoint holds.</summary>
    /// <param name="checkpoint">Not changed.</param>
    /// <param name="classifier">The one with which the checkpoint was begun.</param>
    /// <returns>Disposed by the caller.</returns>
    public static AttentionMechanism AttentionOf(Checkpoint checkpoint, IClassifier classifier)
        => AttentionMechanism.Load(
            new StateDict("checkpoint", checkpoint.Attention), AttentionVariant.Named(checkpoint.State.Variant), classifier.Taps, classifier.Classes, classifier.Device);

    internal static void Check(TrainingInputs inputs, CheckpointState state)
    {
        if (state.ListSha256 != inputs.Images.Fingerprint())
            throw new ArgumentException("The checkpoint was begun with another training list. Give the same list, or begin again with another checkpoint file.", nameof(inputs));
        if (state.BackboneSha256 != (inputs.Classifier.Card.Sha256 ?? ""))
            throw new ArgumentException("The checkpoint was begun with another classifier. Give the same model, or begin again with another checkpoint file.", nameof(inputs));
    }

    private static Dictionary<string, Tensor> OnHost(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var noGradient = no_grad();
        return tensors.ToDictionary(pair => pair.Key, pair => pair.Value.detach().to(CPU, copy: true).DetachFromDisposeScope());
    }
}
