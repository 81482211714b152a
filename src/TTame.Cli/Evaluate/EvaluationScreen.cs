using System.Globalization;
using Spectre.Console;
using TTame.Core.Evaluation;

namespace TTame.Cli.Evaluate;

/// <summary>Shows an evaluation as tables: a row per explainer, a column per measure and share.</summary>
internal static class EvaluationScreen
{
    /// <summary>Shows one model's result.</summary>
    public static void Show(string model, EvaluationResult result)
    {
        var columns = result.Rows.Select(r => (r.Measure, r.Share)).Distinct().ToList();
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape($"{model}: mean and 95 % interval, percent; n = {result.Rows.Select(r => r.N).DefaultIfEmpty(0).Max()}")).AddColumn("explainer");
        foreach (var (measure, share) in columns) table.AddColumn(new TableColumn(Text($"{measure} {100 * share:0.#} %")).RightAligned());
        table.AddColumn(new TableColumn("passes").RightAligned());
        foreach (var explainer in result.Rows.GroupBy(r => r.Explainer))
            table.AddRow([Markup.Escape(explainer.Key), .. columns.Select(c => Cell(explainer.FirstOrDefault(r => (r.Measure, r.Share) == c))), Text($"{result.Passes.GetValueOrDefault(explainer.Key):0.#}")]);
        Screen.Out.Write(table);
        foreach (var d in result.Differences)
            Screen.Out.WriteLine(Text($"{d.Explainer} minus {d.Against}, {d.Measure} {100 * d.Share:0.#} %: {d.Mean:+0.00;-0.00;0.00} points ({d.Low:+0.00;-0.00;0.00} to {d.High:+0.00;-0.00;0.00})"));
        if (result.Accuracy is { } accuracy) Screen.Out.WriteLine(Text($"The classifier agrees with {100 * accuracy:0.0} % of the labels."));
        foreach (var skipped in result.Skipped) Screen.Complain($"{skipped.Image} was skipped: {skipped.Skipped}");
    }

    private static string Cell(EvaluationRow? row) => row is null ? "" : Text($"{row.Mean:0.00} ({row.Low:0.0}–{row.High:0.0})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
