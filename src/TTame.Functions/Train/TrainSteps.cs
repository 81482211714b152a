using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using TTame.Core.Imaging;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Input of <see cref="TrainSteps"/>.</summary>
/// <param name="Setup">What all trials have in common.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Worker">The worker, from 1.</param>
/// <param name="Images">The whole training list.</param>
/// <param name="From">Path of the checkpoint to go on from.</param>
/// <param name="Until">Step at which the worker's epoch ends.</param>
/// <param name="StepsPerEpoch">The worker's steps in an epoch.</param>
public sealed record StepsInput(RunSetup Setup, Trial Trial, int Worker, ListReference Images, string From, int Until, int StepsPerEpoch);

/// <summary>Where a worker stands after an activity.</summary>
/// <param name="Checkpoint">Path of its checkpoint.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Suspended">The run is suspended: the activity ended before its time.</param>
public sealed record StepsResult(string Checkpoint, int Step, bool Suspended) : IMayBeSuspended;

/// <summary>A bounded piece of a worker's epoch.</summary>
public sealed class TrainSteps(RunStore store, RunModels models, TrainingSupply supply, DeviceTurns device, ServiceSettings settings)
{
    /// <summary>Reads a checkpoint, does some steps and writes the next checkpoint, named by its step.</summary>
    /// <remarks>
    /// At least once. The checkpoint of a step is the same bytes however many activities led to it, so that an activity may end when its steps or its time are over or
    /// the run is suspended, and a second attempt takes up what the first has written. It stops within a batch when the run is terminated.
    /// </remarks>
    [Function(nameof(TrainSteps))]
    public async Task<StepsResult> Run([ActivityTrigger] StepsInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        await using var watch = await RunWatch.StartAsync(client, input.Setup.Run, cancellation);
        int step = RunPaths.StepOf(input.From), until = Math.Min(step + input.Setup.StepsPerActivity, input.Until);
        if (await Own(input).LastAsync(step, until, async path => await CheckpointBlob.ReadAsync(store, path, cancellation), cancellation) is { } done) return new(done, RunPaths.StepOf(done), false);
        if (watch.IsSuspended) return new(input.From, step, Suspended: true);
        try
        {
            return await TrainAsync(input, until - step, watch, cancellation);
        }
        catch (OperationCanceledException) when (watch.IsStopped)
        {
            throw await Stop.MarkAsync(store, input.Setup.Run, input.From);
        }
    }

    private async Task<StepsResult> TrainAsync(StepsInput input, int steps, RunWatch watch, CancellationToken cancellation)
    {
        using var whole = await store.OpenAsync(input.Images, cancellation);
        using ImageList? part = input.Setup.Workers == 1 ? null : whole.Part(ListSplit.OfWorker(whole.Entries.Count, input.Worker, input.Setup.Workers));
        using var from = await CheckpointBlob.ReadAsync(store, input.From, cancellation);
        var backbone = models.Backbone(input.Setup.Model, input.Setup.Features);
        var progress = new ProgressBlob(store, RunPaths.Progress(input.Setup.Run, input.Trial.Number, input.Worker), from.State);
        long started = TimeProvider.System.GetTimestamp();
        var inputs = supply.Inputs(input.Setup, input.Trial, input.Worker, backbone, part ?? whole) with
        {
            Pause = () =>
            {
                device.LetExplainingGoFirst(watch.Token);
                return watch.IsSuspended || TimeProvider.System.GetElapsedTime(started) > settings.ActivityTime;
            },
        };
        using var trained = await device.RunAsync(() => TrainingChunk.Run(inputs, from, steps, progress, watch.Token), watch.Token);
        string path = RunPaths.Checkpoint(input.Setup.Run, input.Trial.Number, input.Worker, trained.State.Step);
        await store.WriteOnceAsync(path, CheckpointBlob.Write(trained), cancellation);
        await progress.CloseAsync(trained.State, cancellation);
        await Own(input).RemoveAsync(earlier => IsObsolete(input, earlier), cancellation);
        return new(path, trained.State.Step, watch.IsSuspended);
    }

    // The ends of epochs stay: they have been scored.
    private static bool IsObsolete(StepsInput input, int step) => step < RunPaths.StepOf(input.From) && step % input.StepsPerEpoch != 0;

    private StepBlobs Own(StepsInput input) => new(store, RunPaths.Worker(input.Setup.Run, input.Trial.Number, input.Worker));
}
