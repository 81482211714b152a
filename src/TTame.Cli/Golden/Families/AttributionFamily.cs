using System.Text.Json;
using TTame.Core.Explainers;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>IIA for CNNs and transformers, and transformer LRP (SPEC §10).</summary>
internal sealed class AttributionFamily : IGoldenFamily
{
    private const double IiaTolerance = 1e-4, LrpTolerance = 1e-6;

    /// <inheritdoc/>
    public string Name => "iia and lrp";

    /// <inheritdoc/>
    public bool Reads(string file) => file.Split('/')[^1] is "iia.json" or "lrp.json" or "explain.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement root = set.Json(file);
        if (file.EndsWith("/iia.json", StringComparison.Ordinal)) return Iia(set, file, root, root);
        if (file.EndsWith("/lrp.json", StringComparison.Ordinal)) return Lrp(set, file, root, root);
        return
        [
            .. root.TryGetProperty("iia", out JsonElement iia) ? Iia(set, file, root, iia) : [],
            .. root.TryGetProperty("lrp", out JsonElement lrp) ? Lrp(set, file, root, lrp) : [],
        ];
    }

    private static IEnumerable<GoldenCheck> Iia(GoldenSet set, string file, JsonElement root, JsonElement expected)
    {
        ExplainedCase make = ExplainedCase.Of(set, file, root, expected, count: 2);
        int steps = expected.GetProperty("steps").GetInt32();
        if (expected.TryGetProperty("map14", out JsonElement rollout))
        {
            yield return new("iia: map", () => make.Compare(make.Once(new IiaVit(steps)).Value.Small, rollout, IiaTolerance));
            yield break;
        }
        // The gradient jumps where a rectifier or a pooling window is nearly undecided, and a processor's rounding decides.
        Lazy<ExplainedMaps> single = make.Once(new IiaCnn(steps: steps)), wide = make.Once(new IiaCnn(steps: steps), ScalarType.Float64);
        GoldenCheck Check(string name, Func<ExplainedMaps, GoldenResult> compare) => new($"iia: {name}", () => ExplainedCase.Conditioned(single, wide, compare));

        yield return Check("map", maps => make.Compare(maps.Small, expected.GetProperty("map_before_resize"), IiaTolerance));
        yield return Check("grid28", maps => make.Compare(ExplainedCase.Grid28(maps.Large), expected.GetProperty("bicubic_minmax_224_grid28"), IiaTolerance));
        yield return Check("map at the image's size", maps => SampledEntry.Read(expected.GetProperty("bicubic_minmax_224")).Compare(ExplainedCase.Doubles(maps.Large), IiaTolerance));
    }

    private static IEnumerable<GoldenCheck> Lrp(GoldenSet set, string file, JsonElement root, JsonElement expected)
    {
        ExplainedCase make = ExplainedCase.Of(set, file, root, expected, count: 2);
        Lazy<ExplainedMaps> maps = make.Once(new TransformerLrp());
        yield return new("lrp: map", () => make.Compare(maps.Value.Small, expected.GetProperty("map14"), LrpTolerance));
        if (expected.TryGetProperty("minmax_224_grid28", out JsonElement grid))
            yield return new("lrp: map at the image's size", () => make.Compare(ExplainedCase.Grid28(maps.Value.Large), grid, 1e-5));
    }
}
