using System.Text.Json;
using TTame.Core.Evaluation;

namespace TTame.Cli.Proof;

/// <summary>A mean with its 95 % interval, percent or percentage points.</summary>
internal sealed record Figure(double Mean, double Low, double High)
{
    public override string ToString() => FormattableString.Invariant($"{Mean:0.00} [{Low:0.0}, {High:0.0}]");
}

/// <summary>AD and IC of a report, by explainer and kept share.</summary>
/// <param name="Images">Images measured.</param>
/// <param name="Omitted">Images skipped or lost.</param>
/// <param name="Rows">The report's rows.</param>
/// <param name="Differences">The first explainer's less another's, paired.</param>
internal sealed record ProofFigures(int Images, int Omitted, IReadOnlyList<ProofFigures.Row> Rows, IReadOnlyList<DifferenceRow> Differences)
{
    /// <summary>A row of a report.</summary>
    internal sealed record Row(string Explainer, string Measure, double Share, double Sum, double Mean, double Low, double High);

    private sealed record Skipped(string Image);

    private sealed record Lost(int Count);

    private sealed record Report(int Images, int Measured, IReadOnlyList<Row> Rows, IReadOnlyList<DifferenceRow> Differences, IReadOnlyList<Skipped> Skipped, IReadOnlyList<Lost> Lost);

    /// <summary>Reads the scores of one model on one list.</summary>
    public static ProofFigures Of(JsonElement scores)
    {
        var report = scores.Deserialize<Report>(JsonSerializerOptions.Web)!;
        return new(report.Measured, report.Skipped.Count + report.Lost.Sum(shard => shard.Count), report.Rows, report.Differences);
    }

    /// <summary>One figure.</summary>
    public Figure this[string explainer, string measure, double share] => Rows.Where(row => (row.Explainer, row.Measure, row.Share) == (explainer, measure, share)).Select(row => new Figure(row.Mean, row.Low, row.High)).Single();

    /// <summary>How much an explainer is above another, paired.</summary>
    public Figure Difference(string against, string measure, double share)
        => Differences.Where(row => (row.Against, row.Measure, row.Share) == (against, measure, share)).Select(row => new Figure(row.Mean, row.Low, row.High)).Single();
}
