using TTame.Core.Attention;
using TTame.Core.Training.ClosedForm;

namespace TTame.Core.Training;

/// <summary>How a training on this machine is run; none of it changes the result.</summary>
public sealed record TrainerOptions
{
    /// <summary>Where the checkpoint is kept; null keeps none. A file that is there is gone on with.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Where the sums of a closed-form start stay, for the next training that starts from the same ones; null keeps them beside the checkpoint until the start is made.</summary>
    public string? SumsPath { get; init; }

    /// <summary>Steps between two checkpoints.</summary>
    public int StepsPerChunk { get; init; } = 25;
}

/// <summary>Trains an attention mechanism from start to end, chunk by chunk, and goes on where an earlier run stopped.</summary>
/// <param name="inputs">Classifier and training list.</param>
/// <param name="recipe">Hyperparameters.</param>
/// <param name="variant">Form of the attention mechanism.</param>
/// <param name="options">Checkpoints.</param>
public sealed class Trainer(TrainingInputs inputs, Recipe recipe, AttentionVariant variant, TrainerOptions options)
{
    /// <summary>Trains, or goes on training.</summary>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellation">Stops within a step; the last checkpoint stays.</param>
    /// <returns>The last checkpoint. Disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The checkpoint file belongs to another recipe, list or classifier.</exception>
    public Checkpoint Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
        => Run(() => Begin(progress, cancellation), progress, cancellation);

    /// <summary>Trains, or goes on training, from a given first checkpoint.</summary>
    /// <param name="begin">Makes the first checkpoint where no file is there to go on with.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellation">Stops within a step; the last checkpoint stays.</param>
    /// <returns>The last checkpoint. Disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The checkpoint file belongs to another recipe, list or classifier.</exception>
    public Checkpoint Run(Func<Checkpoint> begin, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        Checkpoint current = Resume() ?? begin();
        while (!current.State.Finished)
        {
            Checkpoint next;
            using (current) next = TrainingChunk.Run(inputs, current, options.StepsPerChunk, progress, cancellation);
            current = next;
            if (options.CheckpointPath is { } path) current.Save(path);
        }
        return current;
    }

    private Checkpoint Begin(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        if (recipe.Initialisation == Initialisation.Random) return TrainingChunk.Begin(inputs, recipe, variant);
        string? passing = options.CheckpointPath is { } path ? path + ".sums" : null, sums = options.SumsPath ?? passing;
        Checkpoint start = new ClosedFormPass(inputs, recipe, variant) { SumsPath = sums }.Begin(progress, cancellation);
        if (options.CheckpointPath is { } kept) start.Save(kept);
        if (passing is not null) File.Delete(passing);
        return start;
    }

    private Checkpoint? Resume()
    {
        if (options.CheckpointPath is not { } path || !File.Exists(path)) return null;
        Checkpoint found = Checkpoint.Load(path);
        try
        {
            TrainingChunk.Check(inputs, found.State);
            if (found.State.Recipe == recipe.For(inputs.Classifier.Card.Kind) && found.State.Variant == variant.Name) return found;
            throw new ArgumentException($"The checkpoint '{path}' was begun with another recipe or variant. Remove it, or name another file.", nameof(options));
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }
}
