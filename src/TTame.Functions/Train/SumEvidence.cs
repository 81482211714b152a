using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using TTame.Core.Attention;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Input of <see cref="SumEvidence"/>.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Shard">The shard.</param>
/// <param name="From">Path of its evidence so far; null where there is none.</param>
public sealed record EvidenceInput(TrialInput Trial, EvidenceShard Shard, string? From);

/// <summary>Where a shard stands after an activity.</summary>
/// <param name="Evidence">Path of its evidence so far; null where there is none.</param>
/// <param name="Next">Place of the first photograph that is not in it.</param>
/// <param name="Suspended">The run is suspended: the activity ended before its time.</param>
public sealed record EvidenceResult(string? Evidence, int Next, bool Suspended) : IMayBeSuspended;

/// <summary>A bounded piece of a shard's evidence for a closed-form start.</summary>
public sealed class SumEvidence(RunStore store, RunModels models, TrainingSupply supply, DeviceTurns device, ServiceSettings settings)
{
    /// <summary>Reads the shard's evidence so far, adds photographs until the shard or the activity's time is over, and writes it, named by where it ends.</summary>
    /// <remarks>
    /// At least once. Sums are exact: evidence that ends at a photograph is the same bytes however many activities led to it, and a second attempt takes up what the first
    /// has written. Trials whose starts sum the same find each other's. It stops within a photograph when the run is terminated.
    /// </remarks>
    [Function(nameof(SumEvidence))]
    public async Task<EvidenceResult> Run([ActivityTrigger] EvidenceInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var (setup, trial, manifest) = (input.Trial.Setup, input.Trial.Trial, input.Trial.Manifest);
        await using var watch = await RunWatch.StartAsync(client, setup.Run, cancellation);
        using var images = await store.OpenAsync(manifest.Train, cancellation);
        long started = TimeProvider.System.GetTimestamp();
        var inputs = supply.Inputs(setup, trial, 1, models.Backbone(setup.Model, setup.Features), images) with
        {
            Decoded = null,
            Pause = () =>
            {
                device.LetExplainingGoFirst(watch.Token);
                return watch.IsSuspended || TimeProvider.System.GetElapsedTime(started) > settings.ActivityTime;
            },
        };
        var pass = new ClosedFormPass(inputs, trial.Recipe, AttentionVariant.Named(trial.Variant));
        string folder = RunPaths.Shard(setup.Run, pass.Source, input.Shard.First);
        int from = input.From is null ? input.Shard.First : RunPaths.StepOf(input.From);
        var own = new StepBlobs(store, folder);
        if (await own.LastAsync(from, input.Shard.Last, async path => await CheckpointBlob.ReadAsync(store, path, pass.Source, cancellation), cancellation) is { } done)
            return new(done, RunPaths.StepOf(done), false);
        if (watch.IsSuspended) return new(input.From, from, Suspended: true);

        using var part = input.From is null ? PartialEvidence.Empty(inputs.Classifier, from) : await CheckpointBlob.ReadAsync(store, input.From, pass.Source, cancellation);
        var progress = new ProgressBlob(store, RunPaths.Progress(setup.Run, trial.Number, worker: 1), from: null);
        try
        {
            await device.RunAsync(() =>
            {
                using var sample = pass.Sample(watch.Token);
                pass.Sum(sample, part, input.Shard.Last, progress, watch.Token);
                return true;
            }, watch.Token);
        }
        catch (OperationCanceledException) when (watch.IsStopped)
        {
            throw await Stop.MarkAsync(store, setup.Run, input.From);
        }
        string path = RunPaths.Evidence(folder, part.Next);
        await store.WriteOnceAsync(path, CheckpointBlob.Write(part, pass.Source), cancellation);
        await progress.CloseAsync(null, cancellation);
        await own.RemoveAsync(earlier => earlier < from, cancellation);
        return new(path, part.Next, watch.IsSuspended);
    }
}
