using System.Text.Json;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Metrics;
using TTame.Core.Primitives;

namespace TTame.Cli.Golden.Families;

/// <summary>AD and IC under each masking rule: thresholds, confidences of the masked images, percentages (SPEC §9).</summary>
internal sealed class FaithfulnessFamily : IGoldenFamily
{
    private const double Confidence = 5e-3, MedianConfidence = 1e-5, DropPoints = 0.2, Threshold = 1e-4;

    /// <inheritdoc/>
    public string Name => "ad and ic";

    /// <inheritdoc/>
    public bool Reads(string file) => file.Split('/')[^1] is "metrics.json" or "explain.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement root = set.Json(file);
        foreach (JsonProperty variant in root.Members("ad_ic"))
        {
            JsonElement expected = variant.Value;
            string features = (expected.TryGetProperty("features", out JsonElement own) ? own : root.GetProperty("features")).GetString()!;
            // Through the inverse normalisation comes the same picture that Eq. 13 masks.
            MaskingRule rule = variant.Name == "eq14" ? MaskingRule.Vit : MaskingRule.Cnn;
            yield return new(variant.Name, () => Measured(set, file, root, features, rule, expected));
        }
    }

    private static GoldenResult Measured(GoldenSet set, string file, JsonElement root, string features, MaskingRule rule, JsonElement expected)
    {
        ExplainedCase make = ExplainedCase.Of(set, file, root, expected, expected.GetProperty("predicted").GetArrayLength());
        KeptShare[] shares = [.. JsonNumbers.Of(expected.GetProperty("percent_kept")).Select(percent => new KeptShare(percent / 100))];
        return make.With((model, pass, labels) =>
        {
            int size = model.Card.Input.Size;
            using AttentionMechanism mechanism = SyntheticModel.Attention(set.Salt, $"{make.Backbone}.attn.{features}.{AttentionVariant.Full.Name}", model);
            ScaledMaps maps = mechanism.Explain(pass.Features, labels.Values.unsqueeze(1)).Row(0).Scaled().ResizeTo(size, size);
            GoldenResult found = Compare(Faithfulness.Measure(model, pass, maps, labels, shares, rule), expected);
            if (!expected.TryGetProperty("threshold", out JsonElement thresholds)) return found;
            foreach ((KeptShare share, JsonElement row) in shares.Zip(thresholds.EnumerateArray()))
            {
                double error = GoldenResult.Absolute<double>(ExplainedCase.Doubles(KeptPixels.Thresholds(maps, share)), JsonNumbers.Of(row), Threshold).Error;
                if (!(error <= Threshold)) return new(error, Threshold);
            }
            return found;
        }, features);
    }

    // The largest error of a confidence; not a number where the median, AD or IC is beyond its own tolerance.
    private static GoldenResult Compare(FaithfulnessScores found, JsonElement expected)
    {
        double[] whole = JsonNumbers.Of(expected.GetProperty("confidence"));
        double[][] masked = [.. expected.GetProperty("masked_confidence").EnumerateArray().Select(JsonNumbers.Of)];
        double[] errors = [.. Errors(found.Whole, whole), .. found.Masked.Zip(masked).SelectMany(pair => Errors(pair.First, pair.Second))];
        double largest = errors.Max();
        if (!(errors.Order().ElementAt(errors.Length / 2) <= MedianConfidence)) return new(double.NaN, Confidence);
        for (int share = 0; share < masked.Length; share++)
        {
            double drop = found.Whole.Zip(found.Masked[share], (p, o) => AverageDrop.Of(new(p), new(o))).Aggregate((a, b) => a + b).Percent;
            double increase = found.Whole.Zip(found.Masked[share], (p, o) => IncreaseInConfidence.Of(new(p), new(o))).Aggregate((a, b) => a + b).Percent;
            bool undecided = whole.Zip(masked[share]).Any(pair => Math.Abs(pair.First - pair.Second) <= Confidence);
            if (!(Math.Abs(drop - expected.GetProperty("AD")[share].GetDouble()) <= DropPoints + Fallen(whole, masked[share], found.Masked[share]))) return new(double.NaN, Confidence);
            if (!undecided && Math.Abs(increase - expected.GetProperty("IC")[share].GetDouble()) > 1e-4) return new(double.NaN, Confidence);
        }
        return new(largest, Confidence);
    }

    // A pixel that lies exactly at a threshold falls to one side on one processor and to the other on another: what that moves a confidence, it may move AD, in points.
    private static double Fallen(double[] whole, double[] expected, IEnumerable<float> found)
        => Errors(found, expected).Zip(whole, (error, p) => error > MedianConfidence ? 100 * error / p : 0).Sum() / whole.Length;

    private static IEnumerable<double> Errors(IEnumerable<float> actual, IEnumerable<double> expected) => actual.Zip(expected, (a, e) => Math.Abs(a - e));
}
