using TTame.Core.Reports;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Functions.Evaluate;
using TTame.Functions.Train;

namespace TTame.Functions.Runs;

/// <summary>Runs as the page shows them.</summary>
internal static class RunBoardView
{
    /// <summary>One run of the page.</summary>
    public static BoardRun Of(RunView run) => new(
        run.Summary.Id, run.Summary.Kind, run.Summary.Status, run.Summary.Phase, run.Summary.CreatedAt, Outcome(run),
        [.. run.Trials.Select(Trial)]);

    private static string? Outcome(RunView run) => run switch
    {
        { Failure: { } failure } => failure,
        { Reason: { } reason } => $"stopped: {reason}",
        { Result: RunResult result } => FormattableString.Invariant($"Published {result.Model}: trial {result.Chosen}, epoch {result.Epoch}, AD − IC at the smallest share {result.Criterion:0.0} on the validation list; on {result.Test.Images} test images {Shares(result.Test)}."),
        { Result: EvaluateResult result } => string.Join(" ", result.Models.Select(m => FormattableString.Invariant($"{m.Key}: {m.Value.Images} images, {m.Value.Skipped} skipped, {m.Value.Lost} lost; {Shares(m.Value)}."))),
        _ => run.ShardsDone > 0 ? $"{run.ShardsDone} shards scored" : null,
    };

    private static string Shares(ListScore score) => string.Join(", ", score.Shares.Select(s => FormattableString.Invariant($"AD {s.AverageDrop:0.0} IC {s.Increase:0.0} at {100 * s.KeptShare:0} %")));

    private static BoardTrial Trial(TrialView view)
    {
        var recipe = view.Trial.Recipe;
        string title = FormattableString.Invariant($"Trial {view.Trial.Number}: {view.Trial.Variant}, {recipe.Epochs} epochs, highest learning rate {recipe.MaxLearningRate:g}")
            + (recipe.Weights == LossWeights.Default ? "" : FormattableString.Invariant($", loss weights {recipe.Weights.CrossEntropy:g}, {recipe.Weights.Area:g}, {recipe.Weights.Variation:g}, exponent {recipe.Weights.AreaExponent:g}"));
        string? says = view switch
        {
            { Failure: { } failure } => $"failed: {failure}",
            { Status: null } => null,
            { Phase: { } phase, Status: "Running" } => view.Epoch > 0 ? FormattableString.Invariant($"{phase}, epoch {view.Epoch}") : phase,
            _ => view.Status,
        };
        return new(title, says, [.. view.Epochs.Select(e => FormattableString.Invariant($"After epoch {e.Epoch}, validation list: {Shares(e.Validation)}."))],
            [.. view.Workers.Select((progress, i) => Worker(view.Workers.Count > 1 ? FormattableString.Invariant($"Worker {i + 1}") : null, progress))]);
    }

    private static BoardWorker Worker(string? title, TrialProgress? progress)
    {
        if (progress is not { Now: { } now }) return new(title, 0, 0, null, 0, []);
        string says = (now.Epoch == 0 ? "start" : FormattableString.Invariant($"epoch {now.Epoch} of {now.Epochs}")) + (now.ImagesPerSecond > 0 ? FormattableString.Invariant($", {now.ImagesPerSecond:0.0} images/s") : "") + (now.Remaining is { } left && now.Step < now.TotalSteps ? FormattableString.Invariant($", {left.TotalMinutes:0.0} min left") : "");
        int[] steps = [.. progress.Curve.Select(p => p.Step)];
        BoardCurve Curve(string name, Func<LossPoint, double> value) => new(name, steps, [.. progress.Curve.Select(value)]);
        return new(title, now.Step, now.TotalSteps, says, now.Unreadable, [Curve("loss", p => p.Total), Curve("cross-entropy", p => p.CrossEntropy), Curve("area", p => p.Area), Curve("variation", p => p.Variation)]);
    }
}
