using TTame.Core.Runs;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>What all trials of a run have in common: small, because every activity is given it.</summary>
public sealed record RunSetup
{
    /// <summary>The run's id, which is also the instance id of its orchestration.</summary>
    public required string Run { get; init; }

    /// <summary>The model whose backbone is explained.</summary>
    public required string Model { get; init; }

    /// <summary>Taps that the attention reads; null is the model's own.</summary>
    public string? Features { get; init; }

    /// <summary>Name of the model that comes out.</summary>
    public required string Name { get; init; }

    /// <summary>Images to train on; where no other source is named, validation and test images are split from them.</summary>
    public required ImagesRequest Images { get; init; }

    /// <summary>Images by which trials are compared; null splits them from <see cref="Images"/>.</summary>
    public ImagesRequest? Validation { get; init; }

    /// <summary>Images of the last measurement; null splits them from <see cref="Images"/>.</summary>
    public ImagesRequest? Test { get; init; }

    /// <summary>Share by which trials are compared.</summary>
    public double ValidationShare { get; init; }

    /// <summary>Share on which the chosen one is measured.</summary>
    public double TestShare { get; init; }

    /// <summary>Whether the best epoch of a trial stands for it, or its last.</summary>
    public bool SelectEpoch { get; init; }

    /// <summary>Workers that share an epoch.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Steps that one activity does at most.</summary>
    public int StepsPerActivity { get; init; }

    /// <summary>Images that one shard takes: of scoring, and of a start in closed form.</summary>
    public int ShardSize { get; init; }

    /// <summary>Whether images per step follow from the machine's memory.</summary>
    public bool AutoBatch { get; init; }

    /// <summary>Whether decoded pictures are kept on local disk from one epoch to the next.</summary>
    public bool Cache { get; init; }

    /// <summary>Seed of the split.</summary>
    public ulong Seed { get; init; }
}

/// <summary>What a run does: checked, with every trial written out.</summary>
/// <param name="Setup">What they have in common.</param>
/// <param name="Trials">The trials.</param>
public sealed record TrainPlan(RunSetup Setup, IReadOnlyList<Trial> Trials);

/// <summary>The frozen lists of a run.</summary>
/// <param name="Train">Images to train on.</param>
/// <param name="Validation">Images by which trials are compared.</param>
/// <param name="Test">Images of the last measurement.</param>
/// <param name="Sha256">Hash of the three lists.</param>
/// <param name="Missing">Images that a list names but that are not there; <c>missing.txt</c> lists them.</param>
/// <param name="Labelled">Images of all lists that have a label.</param>
public sealed record Manifest(ListReference Train, ListReference Validation, ListReference Test, string Sha256, int Missing, int Labelled);

/// <summary>Paths of a run's blobs.</summary>
public static class RunPaths
{
    /// <summary>A trial's folder.</summary>
    public static string Trial(string run, int trial) => FormattableString.Invariant($"{run}/trial-{trial}");

    /// <summary>Instance id of a trial's orchestration. No run's id has a colon.</summary>
    public static string TrialInstance(string run, int trial) => FormattableString.Invariant($"{run}:trial-{trial}");

    /// <summary>A worker's folder in it.</summary>
    public static string Worker(string run, int trial, int worker) => FormattableString.Invariant($"{Trial(run, trial)}/worker-{worker}");

    /// <summary>Ending of blobs that hold tensors.</summary>
    public const string Tensors = ".safetensors";

    /// <summary>A checkpoint after some steps.</summary>
    public static string Checkpoint(string run, int trial, int worker, int step) => FormattableString.Invariant($"{Worker(run, trial, worker)}/{step:00000000}{Tensors}");

    /// <summary>The folder of a shard's evidence: trials whose start sums the same share it.</summary>
    public static string Shard(string run, string source, int first) => FormattableString.Invariant($"{run}/start/{source[..16]}/{first:00000000}");

    /// <summary>The evidence of a shard up to a photograph.</summary>
    public static string Evidence(string shard, int next) => FormattableString.Invariant($"{shard}/{next:00000000}{Tensors}");

    /// <summary>The same, after the workers' checkpoints have been averaged.</summary>
    public static string Averaged(string checkpoint) => checkpoint.Replace(Tensors, "-averaged" + Tensors, StringComparison.Ordinal);

    /// <summary>Step of a checkpoint, or where evidence ends, from its path.</summary>
    public static int StepOf(string checkpoint) => int.Parse(Path.GetFileNameWithoutExtension(checkpoint).Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A worker's progress: the one blob that is written over.</summary>
    public static string Progress(string run, int trial, int worker) => $"{Worker(run, trial, worker)}/progress.json";

    /// <summary>The mark of a run that was stopped: what lies beside it is unfinished.</summary>
    public static string Stopped(string run) => $"{run}/stopped.json";
}
