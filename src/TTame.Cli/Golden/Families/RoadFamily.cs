using System.Globalization;
using System.Text.Json;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>ROAD under the official threshold rule and without noise (SPEC §9): confidences, accuracies, imputed pixels.</summary>
internal sealed class RoadFamily : IGoldenFamily
{
    private const double Confidence = 5e-3, Pixel = 1e-4;

    /// <inheritdoc/>
    public string Name => "road";

    /// <inheritdoc/>
    public bool Reads(string file) => file.Split('/')[^1] is "metrics.json" or "explain.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement root = set.Json(file);
        if (!root.TryGetProperty("road", out JsonElement road)) yield break;
        string features = (road.TryGetProperty("features", out JsonElement own) ? own : root.GetProperty("features")).GetString()!;
        int count = road.GetProperty("MoRF").GetProperty("confidence_of_predicted")[0].GetArrayLength();
        ExplainedCase make = ExplainedCase.Of(set, file, root, road.TryGetProperty("predicted", out _) ? road : root, count);
        RoadOptions options = new()
        {
            Shares = [.. road.GetProperty("removed_percent").EnumerateArray().Select(percent => new RemovedShare(percent.GetDouble() / 100))],
            Rule = RemovalRule.Threshold,
            Noise = 0,
        };
        foreach ((string name, RemovalOrder order) in new[] { ("MoRF", RemovalOrder.MostRelevantFirst), ("LeRF", RemovalOrder.LeastRelevantFirst) })
        {
            JsonElement expected = road.GetProperty(name);
            Curves curves = new(make, features, order, options);
            yield return new($"{name}: confidences", () => curves.Compare(found => OfConfidences(found, expected.GetProperty("confidence_of_predicted"))));
            if (expected.TryGetProperty("argmax_unchanged", out JsonElement unchanged))
                yield return new($"{name}: accuracy", () => curves.Compare(found => GoldenResult.Exact(
                    unchanged.EnumerateArray().Select((row, share) => row.EnumerateArray().Select((same, n) => same.GetInt32() == 1 == found[n].Unchanged[share]).All(equal => equal)).All(equal => equal))));
            if (expected.TryGetProperty("imputed_samples", out JsonElement samples))
                foreach (JsonProperty share in samples.EnumerateObject())
                    yield return new($"{name}: pixels, {share.Name} %", () => curves.Pictures(int.Parse(share.Name, CultureInfo.InvariantCulture) / 100.0, road.GetProperty("image_space").GetString() == "normalised",
                        pictures => share.Value.EnumerateArray().Select((entry, n) => SampledEntry.Read(entry).Compare(ExplainedCase.Doubles(pictures[n]), Pixel)).Aggregate(ExplainedCase.Worse)));
        }
    }

    // A pixel exactly at a threshold may fall to the other side: the worst may be 5e-3 off, the median 1e-5.
    private static GoldenResult OfConfidences(IReadOnlyList<RoadCurve> found, JsonElement expected)
    {
        double[] errors = [.. expected.EnumerateArray().SelectMany((row, share) => row.EnumerateArray().Select((value, n) => Math.Abs(found[n].Confidence[share] - value.GetDouble()))).Order()];
        double median = errors[errors.Length / 2];
        return new(median <= 1e-5 ? errors[^1] : Math.Max(errors[^1], Confidence * median / 1e-5), Confidence);
    }

    /// <summary>ROAD of T-TAME's maps in one order.</summary>
    private sealed record Curves(ExplainedCase Make, string Features, RemovalOrder Order, RoadOptions Options)
    {
        public GoldenResult Compare(Func<IReadOnlyList<RoadCurve>, GoldenResult> check)
            => Make.With((model, pass, labels) => check(RemoveAndImpute.Measure(model, pass, Maps(model, pass, labels), labels, Order, Options)), Features);

        public GoldenResult Pictures(double share, bool standardised, Func<Tensor, GoldenResult> check) => Make.With((model, pass, labels) =>
        {
            PixelImages pictures = RemoveAndImpute.Pictures(pass.Pixels, Maps(model, pass, labels), Order, Options with { Shares = [new(share)] })[0];
            return check(standardised ? Preprocessing.Standardise(pictures, model.Card.Input).Values : pictures.Values);
        }, Features);

        private ScaledMaps Maps(IClassifier model, ForwardPass pass, ClassLabels labels)
        {
            int size = model.Card.Input.Size;
            using AttentionMechanism mechanism = SyntheticModel.Attention(Make.Set.Salt, $"{Make.Backbone}.attn.{Features}.{AttentionVariant.Full.Name}", model);
            return mechanism.Explain(pass.Features, labels.Values.unsqueeze(1)).Row(0).Scaled().ResizeTo(size, size);
        }
    }
}
