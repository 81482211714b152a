using Microsoft.Azure.Functions.Worker;
using TTame.Core.Evaluation;
using TTame.Core.Runs;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Evaluate;

/// <summary>Input of <see cref="ReduceScores"/>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Reason">Why a shard failed; null where none did.</param>
public sealed record ReduceInput(ScoreTask Task, string? Reason);

/// <summary>A mean with what it was made of.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Explainer">Explainer.</param>
/// <param name="Measure">Measure.</param>
/// <param name="Share">Kept or removed share, (0, 1]; 1 where none applies.</param>
/// <param name="Sum">Sum over the images, in the list's order, as shares of one.</param>
/// <param name="Mean">Percent.</param>
/// <param name="Low">Lower end of the 95 % interval, percent.</param>
/// <param name="High">Upper end, percent.</param>
/// <param name="N">Images counted.</param>
public sealed record ScoreRow(string Model, string Explainer, string Measure, double Share, double Sum, double Mean, double Low, double High, int N);

/// <summary>An image that counts nowhere.</summary>
/// <param name="Image">Its name.</param>
/// <param name="Reason">Code of the refusal.</param>
public sealed record SkippedImage(string Image, string Reason);

/// <summary>Images that could not be measured because their shard failed for good.</summary>
/// <param name="Shard">Number of the shard, from 0.</param>
/// <param name="First">Place of its first image in the list.</param>
/// <param name="Count">Images in it.</param>
public sealed record LostShard(int Shard, int First, int Count);

/// <summary>The scores of one model on one list.</summary>
/// <param name="Model">The model.</param>
/// <param name="Images">Images in the list.</param>
/// <param name="Measured">Images measured.</param>
/// <param name="Rows">Sums, means, intervals.</param>
/// <param name="Differences">The first explainer against the others, paired.</param>
/// <param name="Skipped">Images that could not be read or classified, each with its reason.</param>
/// <param name="Lost">Shards that failed for good.</param>
/// <param name="LostReason">Why the first of them failed.</param>
/// <param name="Accuracy">Agreement with the list's labels, [0, 1]; null where it has none.</param>
/// <param name="Passes">Network evaluations per explained image, by explainer.</param>
public sealed record ScoreReport(
    string Model, int Images, int Measured, IReadOnlyList<ScoreRow> Rows, IReadOnlyList<DifferenceRow> Differences, IReadOnlyList<SkippedImage> Skipped,
    IReadOnlyList<LostShard> Lost, string? LostReason, double? Accuracy, IReadOnlyDictionary<string, double> Passes);

/// <summary>Puts the records of all shards together.</summary>
public sealed class ReduceScores(RunStore store, ServiceSettings settings)
{
    /// <summary>Writes the scores of the list.</summary>
    /// <remarks>At least once: a function of the shards' records. A shard without records has failed for good; its images are counted as lost, never averaged in.</remarks>
    [Function(nameof(ReduceScores))]
    public async Task<ListScore> Run([ActivityTrigger] ReduceInput input, CancellationToken cancellation)
    {
        var task = input.Task;
        List<ImageRecord> records = [];
        List<LostShard> lost = [];
        for (int shard = 0; shard < task.Shards(); shard++)
        {
            var places = task.Places(shard);
            if (await store.FindAsync(task.Records(shard), cancellation) is { } found) records.AddRange(RecordJson.Read<List<ImageRecord>>(found)!);
            else lost.Add(new(shard, places[0], places.Count));
        }
        var result = Evaluator.Reduce(task.Subject.Model, task.Plan.ToEvaluation(settings), records);
        var report = Report(task, result, lost, input.Reason);
        await store.WriteOnceAsync(task.Scores(), RecordJson.Write(report), cancellation);
        return ListScore.Of(result, task.Plan.Explainers[0], lost.Sum(l => l.Count));
    }

    private static ScoreReport Report(ScoreTask task, EvaluationResult result, List<LostShard> lost, string? reason)
    {
        var sums = from record in result.Records
                   from score in record.Scores
                   group score.Value by (record.Explainer, score.Measure, score.Share);
        var sumOf = sums.ToDictionary(g => g.Key, g => g.Sum());
        return new(
            task.Subject.Model, task.Images.Count, result.Records.Select(r => r.Index).Distinct().Count(),
            [.. result.Rows.Select(r => new ScoreRow(r.Model, r.Explainer, r.Measure, r.Share, sumOf[(r.Explainer, r.Measure, r.Share)], r.Mean, r.Low, r.High, r.N))],
            result.Differences, [.. result.Skipped.Select(s => new SkippedImage(s.Image, s.Skipped!))], lost, lost.Count > 0 ? reason : null, result.Accuracy, result.Passes);
    }
}
