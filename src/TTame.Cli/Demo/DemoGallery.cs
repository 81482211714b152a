using TTame.Core.Imaging;
using TTame.Core.Reports;

namespace TTame.Cli.Demo;

/// <summary>Makes the gallery of what came out of the storage account.</summary>
internal static class DemoGallery
{
    private const string Title = "Why did the classifier say that?";
    private const int Upright = 1;
    private const int LegendStops = 9;

    /// <summary>One entry: the photograph, its overlays, its numbers.</summary>
    /// <param name="file">The photograph.</param>
    /// <param name="record">Its commit record.</param>
    /// <param name="credit">Its credit, or null.</param>
    /// <param name="heatmap">Reads a file of the record.</param>
    public static async Task<GalleryEntry> Entry(string file, CommitRecord record, GalleryCredit? credit, Func<string, Task<BinaryData>> heatmap)
    {
        List<GalleryOverlay> overlays = [];
        foreach (var shown in record.Classes.Where(c => c.Overlay is not null))
            overlays.Add(new(shown.Rank, Class(shown), EmbeddedPicture.Of(await heatmap(shown.Overlay!)), shown.Map is { Degenerate: true }));
        return new(
            record.Source.Path, EmbeddedPicture.Of(await File.ReadAllBytesAsync(file)), overlays, [.. record.Top5.Select(Class)],
            record.Faithfulness is { } f ? Faithfulness(f, record) : null, credit, Notes(record));
    }

    /// <summary>The page's contents.</summary>
    /// <param name="record">Any of the commit records: model and device are the same in all.</param>
    /// <param name="trained">How the model was trained, one sentence, or null.</param>
    /// <param name="entries">The photographs.</param>
    public static Gallery Of(CommitRecord record, string? trained, IReadOnlyList<GalleryEntry> entries)
        => new(Title, new(record.Model.Name, record.Model.Sha256[..8], trained), record.Device, Legend(record.Options.OverlayColourMap), entries);

    private static GalleryClass Class(ClassOfRecord of) => new(of.Id, of.Name, of.Confidence);

    private static GalleryFaithfulness Faithfulness(FaithfulnessOfRecord measured, CommitRecord record) => new(
        new(measured.ClassId, record.Top5.FirstOrDefault(c => c.Id == measured.ClassId)?.Name, measured.Confidence),
        [.. measured.Shares.Select(s => new GalleryShare(s.KeptShare, s.Confidence, s.Drop, s.Increase))]);

    private static List<string> Notes(CommitRecord record) => record.Picture.Orientation == Upright
        ? []
        : [$"The file stores this photograph turned (EXIF orientation {record.Picture.Orientation}). It was turned upright first; the map lies where a viewer shows the picture."];

    private static List<string> Legend(string colourMap)
    {
        var colours = ColourMap.Named(colourMap);
        return [.. from stop in Enumerable.Range(0, LegendStops)
                   let colour = colours.Colour((byte)(stop * byte.MaxValue / (LegendStops - 1)))
                   select $"#{colour.R:x2}{colour.G:x2}{colour.B:x2}"];
    }
}
