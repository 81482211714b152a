using System.Text.Encodings.Web;
using System.Text.Json;
using TTame.Core.Backbones;
using TTame.Core.Evaluation;
using TTame.Core.Explainers;

namespace TTame.Cli.Evaluate;

/// <summary>Writes what an evaluation found.</summary>
internal static class EvaluationFiles
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The rows as a list of objects; beside them differences, accuracy, passes, and what was skipped.</summary>
    public static void Write(EvaluateRequest request, IReadOnlyList<(ModelCard Card, EvaluationResult Result)> results)
    {
        if (request.Json is null) return;
        Put(request.Json, results.SelectMany(r => r.Result.Rows));
        Put(request.Details!, results.Select(r => new
        {
            model = r.Card.Name,
            images = request.Images,
            accuracy = r.Result.Accuracy,
            passes = r.Result.Passes,
            printedPasses = r.Result.Passes.Keys.Where(e => PrintedPasses.Of(e, r.Card) is not null).ToDictionary(e => e, e => PrintedPasses.Of(e, r.Card)),
            differences = r.Result.Differences,
            spread = Spread(r.Result.Records),
            degenerate = r.Result.Records.Where(i => i.Degenerate).Select(i => new { i.Image, i.Explainer }),
            skipped = r.Result.Skipped.Select(i => new { i.Image, reason = i.Skipped }),
        }));
    }

    // Standard deviation over images, in percent, of what is a distribution and no hit or miss.
    private static IEnumerable<object> Spread(IEnumerable<ImageRecord> records)
        => from record in records
           from score in record.Scores
           where score.Measure.StartsWith("rank-correlation", StringComparison.Ordinal)
           group score.Value by (record.Explainer, score.Measure) into values
           let mean = values.Average()
           select new { values.Key.Explainer, values.Key.Measure, deviation = 100 * Math.Sqrt(values.Average(value => (value - mean) * (value - mean))) };

    private static void Put<T>(string path, T value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".part";
        File.WriteAllText(temporary, JsonSerializer.Serialize(value, Json) + "\n");
        File.Move(temporary, path, overwrite: true);
    }
}
