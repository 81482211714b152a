using System.Globalization;
using System.Text;
using TTame.Core.Evaluation;

namespace TTame.Core.Reports;

/// <summary>The comparison of methods on one model as Markdown: means with their intervals, counted passes, paired differences.</summary>
public static class MethodTable
{
    private const string Road = "road-";

    /// <summary>Writes the tables.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="printed">The paper's number of passes by explainer, where it prints one.</param>
    public static string Markdown(EvaluationResult result, IReadOnlyDictionary<string, int> printed)
    {
        StringBuilder page = new();
        (string Measure, double Share)[] columns = [.. result.Rows.Select(row => (row.Measure, row.Share)).Distinct().Where(Shown)];
        string[] explainers = [.. result.Rows.Select(row => row.Explainer).Distinct()];
        Line(page, ["method", .. columns.Select(Title), "n", "passes", .. printed.Count > 0 ? ["printed"] : Array.Empty<string>()]);
        Line(page, ["---", .. Enumerable.Repeat("---:", columns.Length + (printed.Count > 0 ? 3 : 2))]);
        foreach (string explainer in explainers)
        {
            EvaluationRow[] own = [.. result.Rows.Where(row => row.Explainer == explainer)];
            Line(page, [explainer, .. columns.Select(column => Cell(own.FirstOrDefault(row => (row.Measure, row.Share) == column))), $"{own.Max(row => row.N)}",
                Text($"{result.Passes.GetValueOrDefault(explainer):0.#}"), .. printed.Count > 0 ? [printed.TryGetValue(explainer, out int number) ? $"{number}" : "–"] : Array.Empty<string>()]);
        }
        if (result.Differences.Count > 0) Differences(page, result, columns);
        return page.ToString();
    }

    private static void Differences(StringBuilder page, EvaluationResult result, (string Measure, double Share)[] columns)
    {
        page.Append(CultureInfo.InvariantCulture, $"\nPaired differences, {result.Differences[0].Explainer} minus the method, in points, on the images that both explained:\n\n");
        Line(page, ["minus", .. columns.Select(Title), "n"]);
        Line(page, ["---", .. Enumerable.Repeat("---:", columns.Length + 1)]);
        foreach (IGrouping<string, DifferenceRow> other in result.Differences.GroupBy(row => row.Against))
            Line(page, [other.Key, .. columns.Select(column => other.FirstOrDefault(row => (row.Measure, row.Share) == column) is { } d
                ? Text($"{d.Mean:+0.0;-0.0;0.0} ({d.Low:+0.0;-0.0;0.0} to {d.High:+0.0;-0.0;0.0})") : ""), $"{other.Max(row => row.N)}"]);
    }

    // Of ROAD's curve the score alone, which stands under share 1.
    private static bool Shown((string Measure, double Share) column) => !column.Measure.StartsWith(Road, StringComparison.Ordinal) || column.Share == 1;

    /// <summary>How a measure and its share stand over a column or a panel.</summary>
    internal static string Title((string Measure, double Share) column) => column.Measure switch
    {
        "ad" => Text($"AD↓ {100 * column.Share:0.#} %"),
        "ic" => Text($"IC↑ {100 * column.Share:0.#} %"),
        "average-gain" => Text($"AG↑ {100 * column.Share:0.#} %"),
        "road-morf" => "ROAD MoRF↓",
        "road-lerf" => "ROAD LeRF↑",
        "deletion" => "deletion↓",
        "insertion" => "insertion↑",
        "energy-in-box" => "energy in box↑",
        _ => column.Share < 1 ? Text($"{column.Measure} {100 * column.Share:0.#} %") : column.Measure,
    };

    private static string Cell(EvaluationRow? row) => row is null ? "" : Text($"{row.Mean:0.0} ({row.Low:0.0}–{row.High:0.0})");

    private static void Line(StringBuilder page, IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
