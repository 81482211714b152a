using TTame.Core.Evaluation;

namespace TTame.Core.Reports;

/// <summary>Draws learning curves as an SVG picture: a panel for each measure and share, a curve for each series, whiskers for 95 % intervals, the abscissa logarithmic.</summary>
/// <remarks>It carries its own background and fonts' fallbacks, so that it reads the same in a light and a dark page.</remarks>
public static class CurvePlot
{
    private const int Across = 3, PanelWidth = 320, PanelHeight = 230, Left = 42, Right = 14, Top = 30, Bottom = 36, Legend = 34, Dodge = 5, Ticks = 4;

    // Told apart by the colour-blind too (Okabe and Ito's palette); dashes and marks say the same once more.
    private static readonly (string Colour, string Dash)[] Looks = [("#0072b2", "none"), ("#d55e00", "7 3"), ("#009e73", "2 3"), ("#cc79a7", "9 3 2 3"), ("#7a6a00", "4 4")];

    /// <summary>Draws.</summary>
    /// <param name="points">At least one; series and panels come in the order of their first points and rows.</param>
    /// <param name="reference">What does not depend on the abscissa: a level line with its interval as a band. Null draws none.</param>
    /// <param name="abscissa">What X counts.</param>
    /// <exception cref="ArgumentException">There is no point, an X is not above 0, or there are more series than looks to tell them apart.</exception>
    public static string Svg(IReadOnlyList<CurvePoint> points, CurvePoint? reference, string abscissa)
    {
        if (points.Count == 0) throw new ArgumentException("A curve takes at least one point.", nameof(points));
        if (points.FirstOrDefault(point => !(point.X > 0 && double.IsFinite(point.X))) is { } below) throw new ArgumentException($"The abscissa is logarithmic: {below.X} of '{below.Series}' is not above 0.", nameof(points));
        string[] series = [.. points.Select(point => point.Series).Distinct()];
        if (series.Length > Looks.Length) throw new ArgumentException($"At most {Looks.Length} curves can be told apart; there are {series.Length}.", nameof(points));
        (string Measure, double Share)[] panels = [.. points.SelectMany(point => point.Rows).Select(row => (row.Measure, row.Share)).Distinct()];
        int width = Math.Min(Across, panels.Length) * PanelWidth, height = Legend + (panels.Length + Across - 1) / Across * PanelHeight;
        var picture = new Html().Add($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="system-ui, sans-serif" font-size="12" fill="#1b1f24">
            <rect width="{width}" height="{height}" fill="#ffffff"/>

            """);
        Key(picture, series, reference?.Series);
        for (int i = 0; i < panels.Length; i++)
            Panel(picture, panels[i], points, series, reference, abscissa, i % Across * PanelWidth, Legend + i / Across * PanelHeight);
        return picture.Add($"</svg>\n").ToString();
    }

    private static void Key(Html picture, string[] series, string? reference)
    {
        double x = Left;
        foreach ((string name, int i) in series.Select((name, i) => (name, i)))
        {
            picture.Add($"<path d=\"M{x:0.#} 17h28\" stroke=\"{Looks[i].Colour}\" stroke-width=\"2\" stroke-dasharray=\"{Looks[i].Dash}\"/><circle cx=\"{x + 14:0.#}\" cy=\"17\" r=\"3.2\" fill=\"{Looks[i].Colour}\"/>");
            picture.Add($"<text x=\"{x + 34:0.#}\" y=\"21\">{name}</text>\n");
            x += 54 + 6.6 * name.Length;
        }
        if (reference is not null) picture.Add($"<path d=\"M{x:0.#} 17h28\" stroke=\"#5a6472\" stroke-width=\"10\" opacity=\"0.25\"/><path d=\"M{x:0.#} 17h28\" stroke=\"#5a6472\"/><text x=\"{x + 34:0.#}\" y=\"21\">{reference}</text>\n");
    }

    private static void Panel(Html picture, (string Measure, double Share) panel, IReadOnlyList<CurvePoint> points, string[] series, CurvePoint? reference, string abscissa, int left, int top)
    {
        (CurvePoint Point, EvaluationRow Row)[] own = [.. points.SelectMany(point => Rows(point, panel).Select(row => (point, row)))];
        EvaluationRow? level = reference is null ? null : Rows(reference, panel).FirstOrDefault();
        double[] ends = [.. own.Select(o => o.Row).Append(level).OfType<EvaluationRow>().SelectMany(row => new[] { row.Low, row.High })];
        double step = Step(ends.Max() - ends.Min()), low = Math.Floor(ends.Min() / step) * step, high = Math.Max(Math.Ceiling(ends.Max() / step) * step, low + step);
        double[] abscissae = [.. points.Select(point => point.X).Distinct().Order()];
        double least = Math.Log(abscissae[0]), most = Math.Log(abscissae[^1]);
        double x0 = left + Left, x1 = left + PanelWidth - Right, y0 = top + PanelHeight - Bottom, y1 = top + Top;
        picture.Add($"<g><text x=\"{x0:0.#}\" y=\"{top + 20}\" font-weight=\"600\">{MethodTable.Title(panel)}</text>\n");
        for (double tick = low; tick <= high + step / 2; tick += step)
            picture.Add($"<path d=\"M{x0:0.#} {Y(tick):0.#}H{x1:0.#}\" stroke=\"#e3e7eb\"/><text x=\"{x0 - 6:0.#}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\" fill=\"#5a6472\">{tick:0.##}</text>\n");
        foreach (double x in abscissae) picture.Add($"<text x=\"{X(x):0.#}\" y=\"{y0 + 16:0.#}\" text-anchor=\"middle\" fill=\"#5a6472\">{x:#,0.##}</text>\n");
        picture.Add($"<text x=\"{(x0 + x1) / 2:0.#}\" y=\"{y0 + 31:0.#}\" text-anchor=\"middle\" fill=\"#5a6472\" font-size=\"11\">{abscissa}</text>\n");
        if (level is not null)
            picture.Add($"<rect x=\"{x0:0.#}\" y=\"{Y(level.High):0.#}\" width=\"{x1 - x0:0.#}\" height=\"{Y(level.Low) - Y(level.High):0.#}\" fill=\"#5a6472\" opacity=\"0.15\"/><path d=\"M{x0:0.#} {Y(level.Mean):0.#}H{x1:0.#}\" stroke=\"#5a6472\"/>\n");
        for (int i = 0; i < series.Length; i++)
        {
            double aside = (i - (series.Length - 1) / 2.0) * Dodge;                       // intervals of one abscissa stand beside each other
            (double X, EvaluationRow Row)[] curve = [.. own.Where(o => o.Point.Series == series[i]).OrderBy(o => o.Point.X).Select(o => (X(o.Point.X) + aside, o.Row))];
            string line = string.Join(' ', curve.Select(c => FormattableString.Invariant($"{c.X:0.#},{Y(c.Row.Mean):0.#}")));
            picture.Add($"<polyline points=\"{line}\" fill=\"none\" stroke=\"{Looks[i].Colour}\" stroke-width=\"2\" stroke-dasharray=\"{Looks[i].Dash}\"/>\n");
            foreach ((double x, EvaluationRow row) in curve)
                picture.Add($"<path d=\"M{x:0.#} {Y(row.Low):0.#}V{Y(row.High):0.#}\" stroke=\"{Looks[i].Colour}\"/><circle cx=\"{x:0.#}\" cy=\"{Y(row.Mean):0.#}\" r=\"3.2\" fill=\"{Looks[i].Colour}\"/>\n");
        }
        picture.Add($"</g>\n");

        double X(double x) => most > least ? x0 + 16 + (x1 - x0 - 32) * (Math.Log(x) - least) / (most - least) : (x0 + x1) / 2;
        double Y(double y) => y0 - (y0 - y1) * (y - low) / (high - low);
    }

    private static IEnumerable<EvaluationRow> Rows(CurvePoint point, (string Measure, double Share) panel) => point.Rows.Where(row => (row.Measure, row.Share) == panel);

    // 1, 2 or 5 times a power of ten, so that a handful of lines crosses the panel.
    private static double Step(double range)
    {
        double rough = Math.Max(range, 1e-3) / Ticks, power = Math.Pow(10, Math.Floor(Math.Log10(rough))), lead = rough / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }
}
