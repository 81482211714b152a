using System.Text.Json;
using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>Training steps of the large models in float64: loss terms, gradients, running statistics, parameters after the steps (SPEC §8).</summary>
internal sealed class TrainFamily : IGoldenFamily
{
    private const double LossTolerance = 1e-9, Tolerance = 1e-7;

    // A bias before batch norm changes nothing: its gradient is rounding, and only small or not.
    private const double VanishingShare = 1e-6;

    /// <inheritdoc/>
    public string Name => "train";

    /// <inheritdoc/>
    public bool Reads(string file) => file.EndsWith("/train.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement json = set.Json(file);
        foreach (JsonProperty variant in json.GetProperty("variants").EnumerateObject())
        {
            // One training serves all the checks of a variant.
            Lazy<Dictionary<string, GoldenResult>> run = new(() => Run(set, GoldenSet.Backbone(file), json, variant));
            foreach (string part in new[] { "loss", "gradients", "running statistics", "update", "parameters" })
                yield return new($"{variant.Name}: {part}", () => run.Value[part]);
        }
    }

    private static Dictionary<string, GoldenResult> Run(GoldenSet set, string backbone, JsonElement json, JsonProperty variant)
    {
        using var scope = NewDisposeScope();
        JsonElement expected = variant.Value;
        string features = expected.GetProperty("features").GetString()!;
        Recipe recipe = TrainingCase.RecipeOf(variant.Name.EndsWith(".paper", StringComparison.Ordinal) ? "paper" : "official");
        using TrainingCase training = new(set, backbone, features, recipe, new(json.GetProperty("max_lr").GetDouble(), json.GetProperty("total_steps").GetInt32()),
            ScalarType.Float64, batchStatistics: expected.GetProperty("backbone_mode").GetString() == "train");
        PixelImages pixels = training.Pixels(json.GetProperty("images").EnumerateArray().Select(name => name.GetString()!));
        Dictionary<string, double[]> before = training.State();
        Dictionary<string, GoldenResult> found = [];
        GoldenResult loss = new(0, LossTolerance);
        foreach (JsonElement step in expected.GetProperty("steps").EnumerateArray())
        {
            loss = ExplainedCase.Worse(new(TrainingCase.Error(training.Differentiate(pixels), step), LossTolerance), loss);
            if (!found.ContainsKey("gradients"))
            {
                found["gradients"] = Compare(expected.GetProperty("gradients"), training.Gradients());
                found["running statistics"] = Compare(expected.GetProperty("bn_after_first_forward"), training.State());
            }
            training.Advance();
        }
        Dictionary<string, double[]> after = training.State();
        found["loss"] = loss;
        found["running statistics"] = ExplainedCase.Worse(found["running statistics"], Compare(expected.GetProperty("bn_after"), after));
        found["update"] = Compare(expected.GetProperty("update"), before.ToDictionary(entry => entry.Key, entry => after[entry.Key].Zip(entry.Value, (a, b) => a - b).ToArray()));
        found["parameters"] = Compare(expected.GetProperty("parameters_after"), after);
        return found;
    }

    private static GoldenResult Compare(JsonElement expected, Dictionary<string, double[]> actual)
    {
        double largest = expected.EnumerateObject().Where(entry => !Vanishes(entry.Name)).Max(entry => Math.Max(Math.Abs(entry.Value.GetProperty("min").GetDouble()), Math.Abs(entry.Value.GetProperty("max").GetDouble())));
        return expected.EnumerateObject().Select(entry =>
        {
            SampledEntry sampled = SampledEntry.Read(entry.Value);
            bool isRounding = Vanishes(entry.Name) && Math.Max(Math.Abs(sampled.Min), Math.Abs(sampled.Max)) <= VanishingShare * largest;
            if (!isRounding) return sampled.Compare(actual[entry.Name], Tolerance);
            return actual[entry.Name].All(value => Math.Abs(value) <= VanishingShare * largest) ? new(0, Tolerance) : new GoldenResult(double.NaN, Tolerance);
        }).Aggregate(ExplainedCase.Worse);
    }

    private static bool Vanishes(string name) => name.StartsWith("convs.", StringComparison.Ordinal) && name.EndsWith(".bias", StringComparison.Ordinal);
}
