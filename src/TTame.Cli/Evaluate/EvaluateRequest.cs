using TTame.Core.Evaluation;

namespace TTame.Cli.Evaluate;

/// <summary>What <c>ttame evaluate</c> is asked for.</summary>
/// <param name="Models">Names of models.</param>
/// <param name="Images">A folder, a tar or a list file.</param>
/// <param name="Every">n: only every nth image is measured.</param>
/// <param name="Plan">What is measured of which explainers.</param>
/// <param name="Json">File for the rows, or null.</param>
/// <param name="Fresh">Whether records of an earlier run are thrown away.</param>
internal sealed record EvaluateRequest(IReadOnlyList<string> Models, string Images, int Every, EvaluationPlan Plan, string? Json, bool Fresh)
{
    /// <summary>The per-image records of a model, beside the rows: an interrupted run goes on from them. Null where no rows are written.</summary>
    public string? Records(string model) => Json is null ? null : $"{Path.ChangeExtension(Json, null)}.{model}.jsonl";

    /// <summary>What does not fit into rows, beside them.</summary>
    public string? Details => Json is null ? null : $"{Path.ChangeExtension(Json, null)}.details.json";
}
