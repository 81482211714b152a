using Microsoft.Azure.Functions.Worker;
using TTame.Functions.Explain;
using TTame.Functions.Runs;

namespace TTame.Functions.Evaluate;

/// <summary>Input of <see cref="WriteEvaluation"/>.</summary>
/// <param name="Input">What was asked for.</param>
/// <param name="Tasks">A task per model.</param>
public sealed record EvaluationInput(EvaluateInput Input, IReadOnlyList<ScoreTask> Tasks);

/// <summary>The report of an evaluation.</summary>
/// <param name="Asked">What was asked for.</param>
/// <param name="Images">The frozen list.</param>
/// <param name="Models">The scores of each model.</param>
public sealed record EvaluationReport(EvaluateInput Asked, ListReference Images, IReadOnlyList<ScoreReport> Models);

/// <summary>Writes the report of an evaluation.</summary>
public sealed class WriteEvaluation(RunStore store)
{
    /// <summary>Writes <c>reports/&lt;run&gt;/report.json</c>.</summary>
    /// <remarks>At least once; the first one stays.</remarks>
    /// <returns>Its path.</returns>
    [Function(nameof(WriteEvaluation))]
    public async Task<string> Run([ActivityTrigger] EvaluationInput input, CancellationToken cancellation)
    {
        List<ScoreReport> models = [];
        foreach (var task in input.Tasks) models.Add(RecordJson.Read<ScoreReport>(await store.ReadAsync(task.Scores(), cancellation))!);
        await store.WriteReportAsync(input.Input.Run, RecordJson.Write(new EvaluationReport(input.Input, input.Tasks[0].Images, models)), cancellation);
        return $"{input.Input.Run}/report.json";
    }
}
