namespace TTame.Core.Reports;

/// <summary>Writes a gallery as one HTML page: no script, no outside address is loaded, every text from outside is escaped.</summary>
public static class GalleryPage
{
    private static readonly Lazy<string> Style = new(ReadStyle);

    /// <summary>The page, UTF-8 when written.</summary>
    public static string Write(Gallery gallery)
    {
        var page = new Html();
        page.Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{gallery.Title}</title>
            <style>

            """);
        page.AddMarkup(Style.Value);
        page.Add($"""
            </style>
            </head>
            <body>
            <header>
            <h1>{gallery.Title}</h1>
            <p class="lead">Each row shows a picture and where the classifier <strong>{gallery.Model.Name}</strong> found its evidence for the classes it believes in most.</p>
            {Guide(gallery)}
            </header>
            <main>

            """);
        for (int i = 0; i < gallery.Entries.Count; i++) page.Add($"{Entry(gallery.Entries[i], i + 1)}\n");
        page.Add($"</main>\n{Footer(gallery)}</body>\n</html>\n");
        return page.ToString();
    }

    private static Html Guide(Gallery gallery)
    {
        var html = new Html().Add($"""
            <div class="guide">
            <section aria-labelledby="reading"><h2 id="reading">How to read it</h2>
            <p>The colours are the explanation map of one class, laid over the picture.</p>
            <div class="legend" role="img" aria-label="Colour scale from no evidence to strongest evidence"><span>no evidence</span><span class="ramp" style="background:linear-gradient(90deg,{string.Join(',', gallery.Legend)})"></span><span>strongest</span></div>
            <p>The classifier looks at a centred square; what lies outside it has no colour.</p></section>
            """);
        if (gallery.Entries.Any(e => e.Faithfulness is not null)) html.Add($"""

            <section aria-labelledby="measure"><h2 id="measure">Is the map faithful?</h2>
            <p>The picture is masked with the map of its predicted class and classified again: once weighted by the whole map, once with only the strongest 50&nbsp;%, once with only the strongest 15&nbsp;% of its pixels.</p>
            <p>A faithful map keeps what the classifier needs: confidence stays high (a low <em>drop</em>), or even rises when distracting surroundings are gone (<span class="up">▲ increase</span>).</p></section>
            """);
        return html.Add($"\n</div>");
    }

    private static Html Entry(GalleryEntry entry, int number)
    {
        var html = new Html().Add($"""
            <article aria-labelledby="p{number}">
            <h2 id="p{number}">{entry.Name}</h2>
            <div class="row">
            {Figure(entry.Picture, $"{entry.Name}, the picture itself", new Html().Add($"<span class=\"class\">The picture</span>{Answer(entry)}"))}

            """);
        foreach (var overlay in entry.Overlays)
            html.Add($"{Figure(overlay.Picture, $"{entry.Name}: evidence for {overlay.Class.Title}", OverlayCaption(overlay))}\n");
        html.Add($"</div>\n");
        if (entry.Faithfulness is { } faithfulness) html.Add($"{FaithfulnessChart(faithfulness)}\n");
        foreach (string note in entry.Notes) html.Add($"<p class=\"note\">{note}</p>\n");
        if (entry.Credit is { } credit) html.Add($"{Credit(credit)}\n");
        return html.Add($"</article>");
    }

    private static Html Figure(GalleryPicture picture, string description, Html caption) => new Html().Add(
        $"<figure><img src=\"{picture.Source}\" width=\"{picture.Width}\" height=\"{picture.Height}\" alt=\"{description}\"><figcaption>{caption}</figcaption></figure>");

    private static Html Answer(GalleryEntry entry) => entry.Top is [var best, ..]
        ? new Html().Add($"<span class=\"sub\">{entry.Picture.Width} × {entry.Picture.Height}; the classifier says: {best.Title}</span>")
        : new Html();

    private static Html OverlayCaption(GalleryOverlay overlay)
    {
        var html = new Html().Add($"<span class=\"class\"><span class=\"rank\">{overlay.Rank}</span>{overlay.Class.Title}</span>{Bar(overlay.Class.Confidence, "confidence")}");
        return overlay.Degenerate ? html.Add($"<span class=\"sub\">The map is constant: it points nowhere.</span>") : html;
    }

    // The number stands beside the bar, so the bar itself is decoration.
    private static Html Bar(double share, string of) => new Html().Add(
        $"<span class=\"bar\"><span class=\"track\" aria-hidden=\"true\"><i style=\"width:{100 * Math.Clamp(share, 0, 1):0.0}%\"></i></span><span class=\"number\"><span class=\"unseen\">{of} </span>{100 * share:0.0} %</span></span>");

    private static Html FaithfulnessChart(GalleryFaithfulness faithfulness)
    {
        var html = new Html().Add($"""
            <table class="faith"><caption>Confidence in “{faithfulness.Class.Title}” when the picture is masked with its map</caption>
            <thead><tr><th scope="col">kept</th><th scope="col">confidence</th><th scope="col">drop</th></tr></thead><tbody>
            <tr><th scope="row">whole picture</th><td>{Bar(faithfulness.Class.Confidence, "confidence")}</td><td></td></tr>

            """);
        foreach (var share in faithfulness.Shares)
            html.Add($"<tr><th scope=\"row\">{KeptText(share.KeptShare)}</th><td>{Bar(share.Confidence, "confidence")}</td><td>{DropText(share)}</td></tr>\n");
        return html.Add($"</tbody></table>");
    }

    private static string KeptText(double share) => share >= 1 ? "weighted by the map" : FormattableString.Invariant($"strongest {100 * share:0.#} %");

    private static Html DropText(GalleryShare share) => share.Increase
        ? new Html().Add($"<span class=\"up\">▲ increase</span>")
        : new Html().Add($"{100 * share.Drop:0.0} %");

    private static Html Credit(GalleryCredit credit)
    {
        var html = new Html().Add($"<p class=\"credit\">{credit.Text}. Licence: ");
        html = credit.LicenceAddress is null ? html.Add($"{credit.Licence}") : html.Add($"<a href=\"{credit.LicenceAddress}\" rel=\"noopener\">{credit.Licence}</a>");
        return credit.Source is null ? html.Add($".</p>") : html.Add($". <a href=\"{credit.Source}\" rel=\"noopener\">Source</a>.</p>");
    }

    private static Html Footer(Gallery gallery)
    {
        var html = new Html().Add($"<footer><p>Explained by T-TAME: one pass through the classifier per picture. Model {gallery.Model.Name}");
        if (gallery.Model.Hash8 is { } hash) html.Add($" <code>{hash}</code>");
        if (gallery.Device is { } device) html.Add($", on {device}");
        html.Add($".");
        if (gallery.Model.Trained is { } trained) html.Add($" {trained}");
        return html.Add($"</p></footer>\n");
    }

    private static string ReadStyle()
    {
        using var stream = typeof(GalleryPage).Assembly.GetManifestResourceStream("TTame.Core.Reports.gallery.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
