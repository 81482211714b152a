using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using TTame.Core.Evaluation;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Evaluate;

/// <summary>Input of <see cref="ScoreShard"/>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Shard">Which shard, from 0.</param>
public sealed record ShardInput(ScoreTask Task, int Shard);

/// <summary>What one shard came to.</summary>
/// <param name="Images">Images in it.</param>
/// <param name="Suspended">Nothing has been done: the run is suspended.</param>
public sealed record ShardResult(int Images, bool Suspended) : IMayBeSuspended;

/// <summary>Scores one shard of a list.</summary>
public sealed class ScoreShard(RunStore store, RunModels models, DeviceTurns device, ServiceSettings settings)
{
    // Decoding runs ahead within such a piece; between two of them explaining goes first. Termination is seen before every batch.
    private const int BatchesPerLook = 4;

    /// <summary>Writes the records of the shard's images.</summary>
    /// <remarks>At least once: records are a function of weights, images and plan; the first ones stay. Stops within a batch when the run is terminated.</remarks>
    [Function(nameof(ScoreShard))]
    public async Task<ShardResult> Run([ActivityTrigger] ShardInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var (task, places, path) = (input.Task, input.Task.Places(input.Shard), input.Task.Records(input.Shard));
        await using var watch = await RunWatch.StartAsync(client, task.Run, cancellation);
        if (watch.IsSuspended) return new(places.Count, Suspended: true);
        if (await store.FindAsync(path, cancellation) is not null) return new(places.Count, false);
        using var images = await store.OpenAsync(task.Images, cancellation);
        using var subject = await models.OpenAsync(task.Subject, cancellation);
        var plan = task.Plan.ToEvaluation(settings);
        try
        {
            var records = await device.RunAsync(() => places.Chunk(BatchesPerLook * plan.BatchSize).SelectMany(batch =>
            {
                device.LetExplainingGoFirst(watch.Token);
                return Evaluator.Score(subject.Model, images, batch, plan, watch.Token);
            }).ToList(), watch.Token);
            await store.WriteOnceAsync(path, RecordJson.Write(records), cancellation);
        }
        catch (OperationCanceledException)
        {
            watch.ThrowIfStopped();
            throw;
        }
        return new(places.Count, false);
    }
}
