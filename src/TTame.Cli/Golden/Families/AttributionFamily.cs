using System.Text.Json;
using TTame.Core.Explainers;

namespace TTame.Cli.Golden.Families;

/// <summary>IIA for CNNs and transformers, and transformer LRP (SPEC §10).</summary>
internal sealed class AttributionFamily : IGoldenFamily
{
    private const double IiaTolerance = 1e-4, LrpTolerance = 1e-6;

    /// <inheritdoc/>
    public string Name => "iia and lrp";

    /// <inheritdoc/>
    public bool Reads(string file) => file.Split('/')[^1] is "iia.json" or "lrp.json" || file == "toy_vit/explain.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement root = set.Json(file);
        if (file.EndsWith("/iia.json", StringComparison.Ordinal)) return Iia(set, file, root, root);
        if (file.EndsWith("/lrp.json", StringComparison.Ordinal)) return Lrp(set, file, root, root);
        return [.. Iia(set, file, root, root.GetProperty("iia")), .. Lrp(set, file, root, root.GetProperty("lrp"))];
    }

    private static IEnumerable<GoldenCheck> Iia(GoldenSet set, string file, JsonElement root, JsonElement expected)
    {
        ExplainedCase make = ExplainedCase.Of(set, file, root, expected, count: 2);
        int steps = expected.GetProperty("steps").GetInt32();
        if (expected.TryGetProperty("map14", out JsonElement rollout))
        {
            yield return new("iia: map", () => make.Explained(new IiaVit(steps), (maps, _) => make.Compare(maps, rollout, IiaTolerance)));
            yield break;
        }
        yield return new("iia: map", () => make.Explained(new IiaCnn(steps: steps), (maps, _) => make.Compare(maps, expected.GetProperty("map_before_resize"), IiaTolerance)));
        yield return new("iia: map at the image's size", () => make.Explained(new IiaCnn(steps: steps),
            (_, large) => SampledEntry.Read(expected.GetProperty("bicubic_minmax_224")).Compare(ExplainedCase.Doubles(large), IiaTolerance)));
    }

    private static IEnumerable<GoldenCheck> Lrp(GoldenSet set, string file, JsonElement root, JsonElement expected)
    {
        ExplainedCase make = ExplainedCase.Of(set, file, root, expected, count: 2);
        yield return new("lrp: map", () => make.Explained(new TransformerLrp(), (maps, _) => make.Compare(maps, expected.GetProperty("map14"), LrpTolerance)));
        if (expected.TryGetProperty("minmax_224_grid28", out JsonElement grid))
            yield return new("lrp: map at the image's size", () => make.Explained(new TransformerLrp(), (_, large) => make.Compare(ExplainedCase.Grid28(large), grid, 1e-5)));
    }
}
