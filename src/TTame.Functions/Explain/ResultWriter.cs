using System.Diagnostics;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;
using TTame.Core.Weights;
using TTame.Functions.Hosting;

namespace TTame.Functions.Explain;

/// <summary>Everything of which one image's results are made.</summary>
/// <param name="Source">The version that was read.</param>
/// <param name="Names">Names of the results.</param>
/// <param name="Model">The model.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Explained">What the model says of it.</param>
/// <param name="Downloaded">Time of the download.</param>
public sealed record ResultJob(
    SourceVersion Source, ResultNames Names, IExplainingModel Model, ExplainOptions Options, PreparedPicture Picture, Batched<PictureExplanation> Explained, TimeSpan Downloaded);

/// <summary>Draws overlays, writes them and the maps, and makes the commit record.</summary>
public sealed class ResultWriter(ResultStore store, PicturePreparation preparation, ServiceSettings settings)
{
    private readonly OverlayOptions overlay = OverlaySettings.Of(settings);

    /// <summary>Writes the files of a result: everything but the commit record.</summary>
    /// <returns>The commit record, not yet stored.</returns>
    public async Task<CommitRecord> WriteFilesAsync(ResultJob job, CancellationToken cancellation)
    {
        var explanation = job.Explained.Value;
        List<string> files = [];
        var rendering = TimeSpan.Zero;
        for (int row = 0; row < explanation.Drawn; row++)
        {
            int drawn = row;
            var (png, took) = await preparation.WithinGateAsync(() => Draw(job, drawn), cancellation);
            rendering += took;
            files.Add(job.Names.Overlay(row + 1, explanation.Classes[row]));
            await store.WriteFileAsync(files[^1], png, "image/png", cancellation);
        }
        files.Add(job.Names.Maps);
        await store.WriteFileAsync(job.Names.Maps, MapsFile(explanation), "application/octet-stream", cancellation);
        return Record(job, files, rendering);
    }

    private (BinaryData Png, TimeSpan Took) Draw(ResultJob job, int row)
    {
        long started = Stopwatch.GetTimestamp();
        var explanation = job.Explained.Value;
        using var png = new MemoryStream();
        ImageWriter.WritePng(Overlay.Render(job.Picture.Picture.Image, job.Picture.Input.Window, explanation.ScaledMap(row), explanation.Height, explanation.Width, overlay), png);
        return (new BinaryData(png.GetBuffer().AsMemory(0, (int)png.Length)), Stopwatch.GetElapsedTime(started));
    }

    // (k, h, w) float32
    private static BinaryData MapsFile(PictureExplanation explanation)
    {
        using var file = new MemoryStream();
        Npy.Write(file, explanation.Maps, explanation.Classes.Count, explanation.Height, explanation.Width);
        return new BinaryData(file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    private static CommitRecord Record(ResultJob job, IReadOnlyList<string> files, TimeSpan rendering)
    {
        var explanation = job.Explained.Value;
        var (picture, facts) = (job.Picture.Picture.Image, job.Picture.Picture.Facts);
        var seen = job.Picture.Input.Window.InPicture(picture.Width, picture.Height);
        return new(
            CommitRecord.CurrentVersion, job.Source, job.Options.Hash(), job.Options, job.Model.Identity, job.Model.Device, explanation.Precision,
            new(facts.Format, picture.Width, picture.Height, facts.Orientation, facts.HadAlpha, facts.HasColourProfile, facts.Frames),
            new(seen.Left, seen.Top, seen.Width, seen.Height),
            [.. explanation.Order.Take(5).Select((id, i) => new RankedClass(i + 1, id, Name(job.Model, id), explanation.Confidences[id]))],
            [.. explanation.Classes.Select((id, row) => new ExplainedClass(row + 1, id, Name(job.Model, id), explanation.Confidences[id],
                MapStatistics.Of(explanation.Map(row), explanation.Degenerate[row]), row < explanation.Drawn ? files[row] : null))],
            files, explanation.Faithfulness,
            new(job.Downloaded.TotalMilliseconds, job.Picture.Took.TotalMilliseconds, job.Explained.Waited.TotalMilliseconds, job.Explained.Computed.TotalMilliseconds,
                rendering.TotalMilliseconds, job.Explained.Size, explanation.ForwardPasses));
    }

    private static string? Name(IExplainingModel model, int id) => id < model.ClassNames.Count ? model.ClassNames[id] : null;
}
