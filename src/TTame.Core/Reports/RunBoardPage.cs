using System.Globalization;

namespace TTame.Core.Reports;

/// <summary>Writes the page of runs: no script, no outside address, every text from outside is escaped. It loads itself anew while something runs.</summary>
public static class RunBoardPage
{
    private const int Width = 260, Height = 96, Left = 44, Right = 10, Top = 8, Bottom = 18;

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5a6472;--line:#d7dce2;--paper:#fff;--back:#f5f6f8;--curve:#2f6f8f;--good:#2e8b57;--bad:#c0392b}
        @media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a3adb9;--line:#3a414a;--paper:#1d2126;--back:#14171a;--curve:#7cc4e4;--good:#6cc495;--bad:#f0857a}}
        body{margin:0;padding:1.5rem;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        main{max-width:74rem;margin:auto}h1{font-size:1.4rem}h2{font-size:1.1rem;margin:0;overflow-wrap:anywhere}
        article{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:1rem 1.2rem;margin:0 0 1rem}
        p{margin:.2rem 0;overflow-wrap:anywhere}.soft{color:var(--soft)}.status{float:right;border:1px solid var(--line);border-radius:1rem;padding:0 .7rem}
        .Failed,.Terminated{border-color:var(--bad);color:var(--bad)}.Completed{border-color:var(--good);color:var(--good)}
        section{border-top:1px solid var(--line);margin-top:.8rem;padding-top:.6rem}h3{font-size:.95rem;margin:0}
        .worker{display:grid;grid-template-columns:10rem 1fr;gap:0 1rem;align-items:center;margin-top:.5rem}.worker>.soft{grid-column:1/-1}
        progress{width:100%;height:.7rem;grid-column:1/-1;accent-color:var(--curve)}
        .curves{display:flex;flex-wrap:wrap;gap:.8rem;grid-column:1/-1}figure{margin:.3rem 0 0}figcaption{font-size:.8rem;color:var(--soft)}
        svg{background:var(--back);border-radius:4px;display:block}svg text{font-size:10px;fill:var(--soft)}
        polyline{fill:none;stroke:var(--curve);stroke-width:1.5}circle{fill:var(--curve)}line{stroke:var(--line)}
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
        var html = new Html().Add($"<section><h3>{trial.Title}</h3><p class=\"soft\">{trial.Says ?? "has not begun"}</p>\n");
        foreach (string score in trial.Scores) html.Add($"<p>{score}</p>\n");
        foreach (var worker in trial.Workers.Where(w => w.Says is not null)) html.Add($"{Worker(worker)}\n");
        return html.Add($"</section>");
    }

    private static Html Worker(BoardWorker worker)
    {
        var html = new Html().Add($"<div class=\"worker\"><div class=\"soft\">");
        if (worker.Title is { } title) html.Add($"{title}: ");
        html.Add($"step {worker.Step} of {worker.TotalSteps}, {worker.Says ?? ""}");
        if (worker.Unreadable > 0) html.Add($", unreadable images: {worker.Unreadable}");
        html.Add($"</div><progress max=\"{Math.Max(1, worker.TotalSteps)}\" value=\"{worker.Step}\"></progress><div class=\"curves\">\n");
        foreach (var curve in worker.Curves.Where(c => c.Values.Count > 0)) html.Add($"{Curve(curve, worker.TotalSteps)}\n");
        return html.Add($"</div></div>");
    }

    // What has one value has no range: its line lies in the middle.
    private static Html Curve(BoardCurve curve, int totalSteps)
    {
        double low = curve.Values.Min(), high = curve.Values.Max(), last = curve.Values[^1];
        string points = string.Join(' ', curve.Steps.Zip(curve.Values, (step, value) => FormattableString.Invariant($"{X(step):0.0},{Y(value):0.0}")));
        string text = string.Create(CultureInfo.InvariantCulture, $"{curve.Name}: {Short(last)}");
        var html = new Html().Add($"<figure><svg width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{text}, from {Short(low)} to {Short(high)}\">");
        html.Add($"<line x1=\"{Left}\" y1=\"{Height - Bottom}\" x2=\"{Width - Right}\" y2=\"{Height - Bottom}\"></line><line x1=\"{Left}\" y1=\"{Top}\" x2=\"{Left}\" y2=\"{Height - Bottom}\"></line>");
        if (high > low) html.Add($"<text x=\"{Left - 4}\" y=\"{Top + 8}\" text-anchor=\"end\">{Short(high)}</text><text x=\"{Left - 4}\" y=\"{Height - Bottom}\" text-anchor=\"end\">{Short(low)}</text>");
        else html.Add($"<text x=\"{Left - 4}\" y=\"{Y(low) + 4:0}\" text-anchor=\"end\">{Short(low)}</text>");
        html.Add($"<text x=\"{Left}\" y=\"{Height - 5}\">0</text><text x=\"{Width - Right}\" y=\"{Height - 5}\" text-anchor=\"end\">step {totalSteps}</text>");
        html.Add($"<polyline points=\"{points}\"></polyline><circle cx=\"{X(curve.Steps[^1]):0.0}\" cy=\"{Y(last):0.0}\" r=\"2.5\"></circle></svg><figcaption>{text}</figcaption></figure>");
        return html;

        double X(int step) => Left + (Width - Left - Right) * (double)step / Math.Max(1, totalSteps);
        double Y(double value) => high > low ? Height - Bottom - (Height - Bottom - Top) * (value - low) / (high - low) : (Height - Bottom + Top) / 2.0;
    }

    private static string Short(double value) => value.ToString(Math.Abs(value) < 0.01 && value != 0 ? "0.#e0" : "0.###", CultureInfo.InvariantCulture);

    // A class name of ours, whatever the status says.
    private static string Word(string status) => new([.. status.Where(char.IsAsciiLetter)]);
}
