using System.Globalization;
using Spectre.Console;
using TTame.Core.Backbones;
using TTame.Core.Evaluation;
using TTame.Core.Explainers;

namespace TTame.Cli.Evaluate;

/// <summary>Shows an evaluation as tables: a row per explainer, a column per measure and share.</summary>
internal static class EvaluationScreen
{
    /// <summary>Shows one model's result.</summary>
    public static void Show(ModelCard card, EvaluationResult result)
    {
        var columns = result.Rows.Select(r => (r.Measure, r.Share)).Distinct().ToList();
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape($"{card.Name}: mean and 95 % interval, percent; n = {result.Rows.Select(r => r.N).DefaultIfEmpty(0).Max()}")).AddColumn("explainer");
        foreach (var (measure, share) in columns) table.AddColumn(new TableColumn(Text($"{measure} {100 * share:0.#} %")).RightAligned());
        table.AddColumn(new TableColumn("passes").RightAligned());
        foreach (var explainer in result.Rows.GroupBy(r => r.Explainer))
            table.AddRow([Markup.Escape(explainer.Key), .. columns.Select(c => Cell(explainer.FirstOrDefault(r => (r.Measure, r.Share) == c))), Passes(card, explainer.Key, result.Passes.GetValueOrDefault(explainer.Key))]);
        Screen.Out.Write(table);
        foreach (var d in result.Differences)
            Screen.Out.WriteLine(Text($"{d.Explainer} minus {d.Against}, {d.Measure} {100 * d.Share:0.#} %: {d.Mean:+0.00;-0.00;0.00} points ({d.Low:+0.00;-0.00;0.00} to {d.High:+0.00;-0.00;0.00})"));
        if (result.Accuracy is { } accuracy) Screen.Out.WriteLine(Text($"The classifier agrees with {100 * accuracy:0.0} % of the labels."));
        foreach (var skipped in result.Skipped) Screen.Complain($"{skipped.Image} was skipped: {skipped.Skipped}");
    }

    // The paper's number stands beside the counted one where it is another.
    private static string Passes(ModelCard card, string explainer, double counted)
        => PrintedPasses.Of(explainer, card) is { } printed && printed != counted ? Text($"{counted:0.#} (printed: {printed})") : Text($"{counted:0.#}");

    private static string Cell(EvaluationRow? row) => row is null ? "" : Text($"{row.Mean:0.00} ({row.Low:0.0}–{row.High:0.0})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
