using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;
using TTame.Core.Weights;

namespace TTame.Cli.Explain;

/// <summary>A picture, read and cut for the model.</summary>
internal sealed record PreparedFile(PictureFile File, DecodedImage Picture, ModelInput Input);

/// <summary>Writes the results of one picture, laid out as the service lays out its containers: <c>NAME/MODEL-HASH/RANK-ID.png</c>, <c>maps.npy</c> beside, the record as <c>NAME/MODEL-HASH.json</c>.</summary>
internal sealed class ResultFiles(ExplainRequest request, LoadedModel model)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int Top = 5;
    private readonly string version = $"{model.Card.Name}-{model.Hash8}";

    /// <summary>Writes overlays, maps and, last, the record.</summary>
    public ResultRecord Write(PreparedFile prepared, PictureExplanation explanation)
    {
        string folder = Path.Combine(request.Folder, prepared.File.Name, version);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);         // what an earlier call left may be of other classes
        Directory.CreateDirectory(folder);
        List<string> files = [.. Enumerable.Range(0, explanation.Drawn).SelectMany(row => Draw(folder, prepared, explanation, row))];
        WriteMaps(Path.Combine(folder, "maps.npy"), explanation);
        files.Add("maps.npy");
        var record = Record(prepared, explanation, [.. files.Select(f => $"{prepared.File.Name}/{version}/{f}")]);
        File.WriteAllText(folder + ".json", JsonSerializer.Serialize(record, Json) + "\n");
        return record;
    }

    private IEnumerable<string> Draw(string folder, PreparedFile prepared, PictureExplanation explanation, int row)
    {
        var (picture, window) = (prepared.Picture.Image, prepared.Input.Window);
        string name = OverlayName(explanation, row);
        using (var file = File.Create(Path.Combine(folder, name)))
            ImageWriter.WritePng(Overlay.Render(picture, window, explanation.ScaledMap(row), explanation.Height, explanation.Width, request.Overlay), file);
        if (!request.Grey) return [name];
        string grey = Path.ChangeExtension(name, null) + "-map.png";
        using (var file = File.Create(Path.Combine(folder, grey)))
            ImageWriter.WriteGreyPng(Overlay.RenderGrey(picture, window, explanation.ScaledMap(row), explanation.Height, explanation.Width), picture.Width, picture.Height, file);
        return [name, grey];
    }

    // (k, h, w) float32
    private static void WriteMaps(string path, PictureExplanation explanation)
    {
        using var maps = torch.tensor(explanation.Maps, [explanation.Classes.Count, explanation.Height, explanation.Width]);
        using var file = File.Create(path);
        Npy.Write(file, maps);
    }

    private ResultRecord Record(PreparedFile prepared, PictureExplanation explanation, IReadOnlyList<string> files)
    {
        var (picture, facts) = (prepared.Picture.Image, prepared.Picture.Facts);
        var seen = prepared.Input.Window.InPicture(picture.Width, picture.Height);
        return new(
            prepared.File.Path, new(model.Card.Name, model.JointSha256), model.Classifier.Device.ToString(), explanation.Precision,
            new(facts.Format, picture.Width, picture.Height, facts.Orientation, facts.HadAlpha, facts.HasColourProfile, facts.Frames),
            new(seen.Left, seen.Top, seen.Width, seen.Height),
            [.. explanation.Order.Take(Top).Select((id, i) => new ResultClass(i + 1, id, model.Card.Classes[id], explanation.Confidences[id]))],
            [.. explanation.Classes.Select((id, row) => new ResultClass(row + 1, id, model.Card.Classes[id], explanation.Confidences[id], explanation.Degenerate[row],
                row < explanation.Drawn ? $"{prepared.File.Name}/{version}/{OverlayName(explanation, row)}" : null))],
            files, explanation.Faithfulness);
    }

    private static string OverlayName(PictureExplanation explanation, int row) => $"{row + 1}-{explanation.Classes[row]}.png";
}
