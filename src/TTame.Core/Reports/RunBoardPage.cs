using System.Globalization;

namespace TTame.Core.Reports;

/// <summary>Writes the page of runs: no script, no outside address, every text from outside is escaped. It loads itself anew while something runs.</summary>
public static class RunBoardPage
{
    private const int Width = 260, Height = 90, Pad = 4;

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5a6472;--line:#d7dce2;--paper:#fff;--back:#f5f6f8;--curve:#2f6f8f}
        @media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a3adb9;--line:#3a414a;--paper:#1d2126;--back:#14171a;--curve:#7cc4e4}}
        body{margin:0;padding:1.5rem;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        main{max-width:72rem;margin:auto}h1{font-size:1.4rem}h2{font-size:1.1rem;margin:0}
        article{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:1rem 1.2rem;margin:0 0 1rem}
        .soft{color:var(--soft)}.status{float:right;border:1px solid var(--line);border-radius:1rem;padding:0 .7rem}
        .Failed,.Terminated{border-color:#c0392b;color:#c0392b}.Completed{border-color:#2e8b57;color:#2e8b57}
        progress{width:100%;height:.6rem}section{border-top:1px solid var(--line);margin-top:.8rem;padding-top:.6rem}h3{font-size:.95rem;margin:0}
        .curves{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:.4rem 0 0}figcaption{font-size:.8rem;color:var(--soft)}
        svg{background:var(--back);border-radius:4px;display:block}polyline{fill:none;stroke:var(--curve);stroke-width:1.5}circle{fill:var(--curve)}
        """;

    /// <summary>The page, UTF-8 when written.</summary>
    /// <param name="board">What it shows.</param>
    public static string Write(RunBoard board)
    {
        var page = new Html().Add($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">

            """);
        if (board.Runs.Any(run => run.Status is "Running" or "Pending" or "Suspended")) page.Add($"<meta http-equiv=\"refresh\" content=\"5\">\n");
        page.Add($"<title>Runs</title><style>").AddMarkup(Style).Add($"</style></head><body><main><h1>Runs</h1>\n");
        if (board.Runs.Count == 0) page.Add($"<p class=\"soft\">There is no run yet. POST /api/train starts one.</p>\n");
        foreach (var run in board.Runs) page.Add($"{Run(run)}\n");
        return page.Add($"</main></body></html>\n").ToString();
    }

    private static Html Run(BoardRun run)
    {
        var html = new Html().Add($"""
            <article><span class="status {Word(run.Status)}">{run.Status}</span><h2>{run.Id}</h2>
            <p class="soft">{run.Kind}, started {run.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC
            """);
        if (run.Phase is { } phase) html.Add($", {phase}");
        html.Add($"</p>\n");
        if (run.Outcome is { } outcome) html.Add($"<p>{outcome}</p>\n");
        foreach (var trial in run.Trials) html.Add($"{Trial(trial)}\n");
        return html.Add($"</article>");
    }

    private static Html Trial(BoardTrial trial)
    {
        var html = new Html().Add($"<section><h3>{trial.Title}</h3>\n");
        if (trial.Says is null) return html.Add($"<p class=\"soft\">has not begun</p></section>");
        html.Add($"<progress max=\"{Math.Max(1, trial.TotalSteps)}\" value=\"{trial.Step}\"></progress><div class=\"soft\">step {trial.Step} of {trial.TotalSteps}, {trial.Says}");
        if (trial.Unreadable > 0) html.Add($", {trial.Unreadable} images could not be read");
        html.Add($"</div><div class=\"curves\">\n");
        foreach (var curve in trial.Curves.Where(c => c.Values.Count > 0)) html.Add($"{Curve(curve, trial.TotalSteps)}\n");
        return html.Add($"</div></section>");
    }

    private static Html Curve(BoardCurve curve, int totalSteps)
    {
        double low = curve.Values.Min(), high = curve.Values.Max(), last = curve.Values[^1];
        string points = string.Join(' ', curve.Steps.Zip(curve.Values, (step, value) => FormattableString.Invariant($"{X(step):0.0},{Y(value):0.0}")));
        string text = string.Create(CultureInfo.InvariantCulture, $"{curve.Name}: {last:0.####} (from {low:0.####} to {high:0.####})");
        var html = new Html().Add($"<figure><svg width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{text}\"><polyline points=\"{points}\"></polyline>");
        return html.Add($"<circle cx=\"{X(curve.Steps[^1]):0.0}\" cy=\"{Y(last):0.0}\" r=\"2.5\"></circle></svg><figcaption>{text}</figcaption></figure>");

        double X(int step) => Pad + (Width - 2.0 * Pad) * step / Math.Max(1, totalSteps);
        double Y(double value) => high > low ? Height - Pad - (Height - 2.0 * Pad) * (value - low) / (high - low) : Height / 2.0;
    }

    // A class name of ours, whatever the status says.
    private static string Word(string status) => new([.. status.Where(char.IsAsciiLetter)]);
}
