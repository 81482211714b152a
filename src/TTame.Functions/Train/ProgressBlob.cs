using Azure;
using TTame.Core.Training;
using TTame.Functions.Explain;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Mean loss terms over a stretch of a training.</summary>
/// <param name="Step">Steps done at its end.</param>
/// <param name="Total">The loss.</param>
/// <param name="CrossEntropy">Mean cross-entropy of the masked images, nats.</param>
/// <param name="Area">Area term.</param>
/// <param name="Variation">Variation term.</param>
public sealed record LossPoint(int Step, double Total, double CrossEntropy, double Area, double Variation)
{
    /// <summary>The points of a series of sums.</summary>
    /// <param name="sums">Loss terms over equal stretches; what has no step yet is left out.</param>
    /// <param name="steps">Steps of a stretch.</param>
    /// <param name="done">Steps done in all.</param>
    public static IReadOnlyList<LossPoint> Of(IReadOnlyList<EpochLoss> sums, int steps, int done)
        => [.. sums.Select((sum, i) => (sum, End: Math.Min((i + 1) * steps, done))).Where(p => p.sum.Steps > 0).Select(p => Of(p.End, p.sum.Mean()))];

    private static LossPoint Of(int step, LossParts mean) => new(step, mean.Total, mean.CrossEntropy, mean.Area, mean.Variation);
}

/// <summary>How far a worker of a trial is.</summary>
/// <param name="Now">At its last step.</param>
/// <param name="Epochs">Mean loss terms of each epoch, up to the last checkpoint.</param>
/// <param name="Curve">The loss in at most 200 points, up to the last checkpoint.</param>
/// <param name="Unreadable">Images that could not be read, with the reason, up to the last checkpoint.</param>
public sealed record TrialProgress(TrainingProgress? Now, IReadOnlyList<LossPoint> Epochs, IReadOnlyList<LossPoint> Curve, IReadOnlyList<UnreadableImage> Unreadable)
{
    /// <summary>The progress at a checkpoint; before the first one there is none.</summary>
    public static TrialProgress Of(TrainingProgress? now, CheckpointState? state)
        => state is null ? new(now, [], [], []) : new(now, LossPoint.Of(state.History, state.Recipe.StepsPerEpoch(state.Images), state.Step), LossPoint.Of(state.Curve, state.StepsPerPoint, state.Step), state.Unreadable);
}

/// <summary>Writes a worker's progress once a second at most, never in the training's way.</summary>
/// <param name="store">Where.</param>
/// <param name="path">The blob.</param>
/// <param name="from">The checkpoint that the activity began with; null where there is none yet.</param>
internal sealed class ProgressBlob(RunStore store, string path, CheckpointState? from) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private long written;
    private Task writing = Task.CompletedTask;
    private TrainingProgress? last;

    public void Report(TrainingProgress value)
    {
        last = value;
        if (!writing.IsCompleted || (written != 0 && TimeProvider.System.GetElapsedTime(written) < Between)) return;
        written = TimeProvider.System.GetTimestamp();
        writing = WriteAsync(TrialProgress.Of(value, from), CancellationToken.None);
    }

    /// <summary>Writes where the activity has come to.</summary>
    public async Task CloseAsync(CheckpointState? state, CancellationToken cancellation)
    {
        await writing;
        await WriteAsync(TrialProgress.Of(last, state), cancellation);
    }

    // For people who look on: a training does not fail because it could not be told.
    private async Task WriteAsync(TrialProgress progress, CancellationToken cancellation)
    {
        try
        {
            await store.WriteAsync(path, RecordJson.Write(progress), cancellation);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            written = 0;
        }
    }
}
