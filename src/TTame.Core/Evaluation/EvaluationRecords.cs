using System.Text.Json;

namespace TTame.Core.Evaluation;

/// <summary>The records of a finished or unfinished evaluation, read back: several files, one per method, make one table.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Records">Per image and explainer; skipped images are among them.</param>
public sealed record EvaluationRecords(string Model, IReadOnlyList<ImageRecord> Records)
{
    /// <summary>Reads record files and puts them together. An image is the same in all of them where its name is.</summary>
    /// <param name="paths">Files that <see cref="Evaluator.Run"/> kept, all of one model. A last line that a kill cut off is left out.</param>
    /// <exception cref="ArgumentException">A file holds no records, or records of another model than the first.</exception>
    public static EvaluationRecords Read(IReadOnlyList<string> paths)
    {
        string? model = null;
        List<ImageRecord> records = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            (string owner, IReadOnlyList<ImageRecord> found) = One(path);
            if ((model ??= owner) != owner) throw new ArgumentException($"'{path}' holds records of {owner}, the files before it of {model}.", nameof(paths));
            foreach (ImageRecord record in found)
            {
                places.TryAdd(record.Image, places.Count);
                records.Add(record with { Index = places[record.Image] });
            }
        }
        return new(model ?? throw new ArgumentException("No record file was named.", nameof(paths)), records);
    }

    private static (string Model, IReadOnlyList<ImageRecord> Records) One(string path)
    {
        string text = File.ReadAllText(path);
        string[] lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            if (lines.Length > 0) return (JsonSerializer.Deserialize(lines[0], RecordJson.Default.RecordHeader)!.Model, [.. lines.Skip(1).Select(line => JsonSerializer.Deserialize(line, RecordJson.Default.ImageRecord)!)]);
        }
        catch (JsonException broken)
        {
            throw new ArgumentException($"'{path}' is no file of evaluation records: {broken.Message}", nameof(path), broken);
        }
        throw new ArgumentException($"'{path}' is empty.", nameof(path));
    }
}
