using Microsoft.Azure.Functions.Worker;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Functions.Evaluate;
using TTame.Functions.Explain;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>The end of a run, as its orchestration returns it.</summary>
/// <param name="Model">The model published.</param>
/// <param name="Sha256">SHA-256 of its attention's weights.</param>
/// <param name="Chosen">Number of the chosen trial.</param>
/// <param name="Epoch">The epoch that stands for it.</param>
/// <param name="Criterion">Its AD(15 %) − IC(15 %) on the validation list, percentage points.</param>
/// <param name="Test">Its scores on the test list.</param>
public sealed record RunResult(string Model, string Sha256, int Chosen, int Epoch, double Criterion, ListScore Test);

/// <summary>Input of <see cref="WriteReport"/>.</summary>
/// <param name="Setup">What all trials have in common.</param>
/// <param name="Manifest">The lists.</param>
/// <param name="Outcomes">Every trial.</param>
/// <param name="Result">The end.</param>
/// <param name="Test">The task of the test list.</param>
public sealed record ReportInput(RunSetup Setup, Manifest Manifest, IReadOnlyList<TrialOutcome> Outcomes, RunResult Result, ScoreTask Test);

/// <summary>The report of a training run.</summary>
/// <param name="Setup">What was asked for.</param>
/// <param name="Manifest">The lists.</param>
/// <param name="Result">The end.</param>
/// <param name="Trials">Every trial with its scores per epoch, or why it failed.</param>
/// <param name="Unreadable">Training images that the chosen trial could not read.</param>
/// <param name="Test">Sums, means and intervals on the test list; images skipped there, and why.</param>
public sealed record TrainReport(RunSetup Setup, Manifest Manifest, RunResult Result, IReadOnlyList<TrialOutcome> Trials, IReadOnlyList<UnreadableImage> Unreadable, ScoreReport Test);

/// <summary>Writes the report of a run.</summary>
public sealed class WriteReport(RunStore store)
{
    /// <summary>Writes <c>reports/&lt;run&gt;/report.json</c>.</summary>
    /// <remarks>At least once; the first one stays. Decoded pictures that this machine has kept of the run are removed.</remarks>
    [Function(nameof(WriteReport))]
    public async Task Run([ActivityTrigger] ReportInput input, CancellationToken cancellation)
    {
        using var chosen = await CheckpointBlob.ReadAsync(store, input.Outcomes.Single(o => o.Trial.Number == input.Result.Chosen).Chosen!.Checkpoint, cancellation);
        var test = RecordJson.Read<ScoreReport>(await store.ReadAsync(input.Test.Scores(), cancellation))!;
        await store.WriteReportAsync(input.Setup.Run, RecordJson.Write(new TrainReport(input.Setup, input.Manifest, input.Result, input.Outcomes, chosen.State.Unreadable, test)), cancellation);
        TrainingSupply.Forget(input.Setup.Run);
    }
}
