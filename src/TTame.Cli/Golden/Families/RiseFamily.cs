using System.Text.Json;
using TorchSharp;
using TTame.Core.Explainers;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>RISE (SPEC §10): its masks, and the maps under both weights.</summary>
internal sealed class RiseFamily : IGoldenFamily
{
    private const double Tolerance = 1e-4;
    private const string MasksFile = "units/rise_masks.json";

    /// <inheritdoc/>
    public string Name => "rise";

    /// <inheritdoc/>
    public bool Reads(string file) => file == MasksFile || file.EndsWith("/rise.json", StringComparison.Ordinal) || file.EndsWith("/explain.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement root = set.Json(file);
        if (file == MasksFile) return OfMasks(set, file, root, (int)root.GetProperty("size")[0].GetInt64());
        if (file.EndsWith("/explain.json", StringComparison.Ordinal))
            return root.TryGetProperty("rise", out JsonElement toy) ? [.. OfMasks(set, file, toy, root.GetProperty("image_size").GetInt32()), .. OfMaps(set, file, root, toy, toy, toy)] : [];
        return OfMaps(set, file, root, set.Json(MasksFile), root.GetProperty("variants").GetProperty("logits"), root.GetProperty("variants").GetProperty("softmax"));
    }

    private static IEnumerable<GoldenCheck> OfMasks(GoldenSet set, string file, JsonElement expected, int size)
    {
        RiseOptions options = Options(expected, RiseWeight.Confidence);
        GoldenResult With(Func<Tensor, GoldenResult> check)
        {
            using var scope = NewDisposeScope();
            using RiseMasks masks = new(options.Count, options.Cells, options.Open, size, size, options.Seed, CPU);
            return check(masks.Take(0, options.Count));
        }
        yield return new("masks", () => With(masks => SampledEntry.Read(expected.GetProperty("all_masks")).Compare(ExplainedCase.Doubles(masks), Tolerance)));
        if (expected.TryGetProperty("mask_mean", out JsonElement means))
            yield return new("mean of every mask", () => With(masks => GoldenResult.Relative<double>(
                ExplainedCase.Doubles(masks.mean([1, 2, 3])), [.. means.EnumerateArray().Select(mean => mean.GetDouble())], Tolerance)));
        if (expected.TryGetProperty("first_4_masks_grid28", out JsonElement grid))
            yield return new("first masks", () => With(masks => new ExplainedCase(set, GoldenSet.Backbone(file), [], []).Compare(ExplainedCase.Grid28(masks.narrow(0, 0, 4)), grid, Tolerance)));
    }

    private static IEnumerable<GoldenCheck> OfMaps(GoldenSet set, string file, JsonElement root, JsonElement masks, JsonElement logits, JsonElement softmax)
    {
        ExplainedCase make = ExplainedCase.Of(set, file, root, root, count: 2);
        foreach ((RiseWeight weight, string name, JsonElement found) in new[] { (RiseWeight.Logit, "logits", logits), (RiseWeight.Confidence, "softmax", softmax) })
        {
            JsonElement expected = found.GetProperty(found.TryGetProperty("map_224", out _) ? "map_224" : name);
            Lazy<ExplainedMaps> maps = make.Once(new Rise(Options(masks, weight), new ChunkRule()));
            if (found.TryGetProperty("grid28", out JsonElement grid)) yield return new($"grid28, {name}", () => make.Compare(ExplainedCase.Grid28(maps.Value.Small), grid, Tolerance));
            yield return new($"map, {name}", () => SampledEntry.Read(expected).Compare(ExplainedCase.Doubles(maps.Value.Small), Tolerance));
        }
    }

    private static RiseOptions Options(JsonElement masks, RiseWeight weight) => new(
        masks.GetProperty("N").GetInt32(), masks.GetProperty("p1").GetSingle(), masks.GetProperty("s").GetInt32(), ExplainedCase.Seed(masks.GetProperty("stream_seed").GetString()!), weight);
}
