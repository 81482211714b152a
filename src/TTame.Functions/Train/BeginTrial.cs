using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using TTame.Core.Attention;
using TTame.Core.Imaging;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Input of a trial.</summary>
/// <param name="Setup">What all trials have in common.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Manifest">The lists.</param>
public sealed record TrialInput(RunSetup Setup, Trial Trial, Manifest Manifest);

/// <summary>Input of <see cref="BeginTrial"/>.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Evidence">Paths of the shards' evidence, in the list's order; empty for a random start.</param>
public sealed record BeginInput(TrialInput Trial, IReadOnlyList<string> Evidence);

/// <summary>A worker's share of a trial before its first step.</summary>
/// <param name="Worker">Counts from 1.</param>
/// <param name="Checkpoint">Path of its first checkpoint.</param>
/// <param name="StepsPerEpoch">Its steps in an epoch.</param>
public sealed record StartedWorker(int Worker, string Checkpoint, int StepsPerEpoch);

/// <summary>A trial before its first step.</summary>
/// <param name="Workers">Its workers; empty while the run is suspended.</param>
/// <param name="Suspended">Nothing has been done: the run is suspended.</param>
public sealed record StartedTrial(IReadOnlyList<StartedWorker> Workers, bool Suspended) : IMayBeSuspended;

/// <summary>Makes the first checkpoint of a trial, for each of its workers.</summary>
public sealed class BeginTrial(RunStore store, RunModels models, TrainingSupply supply, DeviceTurns device)
{
    /// <summary>Writes a checkpoint of step 0 per worker: the same start, each with its own part of the list.</summary>
    /// <remarks>At least once: a function of recipe, backbone, list and evidence; the first ones written stay.</remarks>
    [Function(nameof(BeginTrial))]
    public async Task<StartedTrial> Run([ActivityTrigger] BeginInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var (setup, trial, manifest) = (input.Trial.Setup, input.Trial.Trial, input.Trial.Manifest);
        await using var watch = await RunWatch.StartAsync(client, setup.Run, cancellation);
        if (watch.IsSuspended) return new([], Suspended: true);
        using var whole = await store.OpenAsync(manifest.Train, cancellation);
        var backbone = models.Backbone(setup.Model, setup.Features);
        var recipe = trial.Recipe with { BatchSize = Math.Max(1, (setup.AutoBatch ? AutoBatch.For(backbone) : trial.Recipe.BatchSize) / setup.Workers) };
        using var start = await StartAsync(supply.Inputs(setup, trial, 1, backbone, whole) with { Decoded = null }, recipe, AttentionVariant.Named(trial.Variant), input.Evidence, watch.Token);
        using var attention = TrainingChunk.AttentionOf(start, backbone.Classifier);
        List<StartedWorker> workers = [];
        for (int worker = 1; worker <= setup.Workers; worker++)
        {
            using ImageList part = whole.Part(ListSplit.OfWorker(whole.Entries.Count, worker, setup.Workers));
            using var own = setup.Workers == 1 ? null : TrainingChunk.Begin(supply.Inputs(setup, trial, worker, backbone, part), recipe, attention);
            workers.Add(new(worker, RunPaths.Checkpoint(setup.Run, trial.Number, worker, 0), recipe.StepsPerEpoch(part.Entries.Count)));
            await store.WriteOnceAsync(workers[^1].Checkpoint, CheckpointBlob.Write(own ?? start), cancellation);
        }
        return new(workers, false);
    }

    private async Task<Checkpoint> StartAsync(TrainingInputs inputs, Recipe recipe, AttentionVariant variant, IReadOnlyList<string> evidence, CancellationToken cancellation)
    {
        if (recipe.Initialisation == Initialisation.Random) return TrainingChunk.Begin(inputs, recipe, variant);
        var pass = new ClosedFormPass(inputs, recipe, variant);
        using var whole = PartialEvidence.Empty(inputs.Classifier, first: 0);
        foreach (string path in evidence)
        {
            using var part = await CheckpointBlob.ReadAsync(store, path, pass.Source, cancellation);
            whole.Add(part);
        }
        return await device.RunAsync(() =>
        {
            using var sample = pass.Sample(cancellation);
            return pass.Solve(sample, whole);
        }, cancellation);
    }
}
