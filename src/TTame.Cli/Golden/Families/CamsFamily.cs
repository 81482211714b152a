using System.Text.Json;
using TTame.Core.Explainers;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>The CAM methods (SPEC §10): the map before it is scaled, and the map at the image's size.</summary>
internal sealed class CamsFamily : IGoldenFamily
{
    private static readonly Dictionary<string, (double Tolerance, Func<string, int, IExplainer> Make)> Methods = new(StringComparer.Ordinal)
    {
        ["gradcam"] = (1e-4, (layer, _) => new GradCam(layer)),
        ["gradcam++"] = (1e-4, (layer, _) => new GradCamPlusPlus(layer)),
        ["scorecam"] = (1e-3, (layer, channels) => new ScoreCam(layer, new ChunkRule(), channels)),
        ["ablationcam"] = (1e-3, (layer, channels) => new AblationCam(layer, new ChunkRule(), channels)),
    };

    /// <inheritdoc/>
    public string Name => "cams";

    /// <inheritdoc/>
    public bool Reads(string file) => file.EndsWith("/cams.json", StringComparison.Ordinal) || file.EndsWith("/explain.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement root = set.Json(file);
        bool isToy = root.TryGetProperty("cams", out JsonElement cams);
        if (!isToy && !root.TryGetProperty("methods", out _)) yield break;
        if (!isToy) cams = root;
        ExplainedCase make = ExplainedCase.Of(set, file, root, root, count: 2);
        string layer = cams.GetProperty("target_layer").GetString()!;
        foreach ((string name, (double tolerance, Func<string, int, IExplainer> method)) in Methods)
        {
            if (!cams.GetProperty("methods").TryGetProperty(name, out JsonElement expected)) continue;
            JsonElement small = expected.GetProperty(isToy ? "small" : "map_before_relu_and_scaling"), full = expected.GetProperty(isToy ? "full" : "map_224");
            int channels = (int)expected.GetProperty("weights").GetProperty("shape")[1].GetInt64();
            // Grad-CAM++ divides by 2g² + ΣA·g³, which crosses 0 where A may be negative, as a transformer's normed tokens are.
            Lazy<ExplainedMaps> maps = make.Once(method(layer, channels)), wide = make.Once(method(layer, channels), ScalarType.Float64);
            GoldenResult Explained(Func<ExplainedMaps, GoldenResult> check) => name == "gradcam++" ? ExplainedCase.Conditioned(maps, wide, check) : check(maps.Value);
            yield return new($"{name}: map", () => Explained(found => make.Compare(found.Small, small, tolerance, change: vector => vector.relu())));
            yield return new($"{name}: map at the image's size", () => Explained(found => SampledEntry.Read(full).Compare(ExplainedCase.Doubles(found.Large), tolerance)));
            if (expected.TryGetProperty("map_224_grid28", out JsonElement grid))
                yield return new($"{name}: grid28", () => Explained(found => make.Compare(ExplainedCase.Grid28(found.Large), grid, tolerance)));
        }
    }
}
