using System.Text.Json;
using TorchSharp;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>Trainings of the toy models from the first step to the last, in float32 (SPEC §11).</summary>
internal sealed class TraceFamily : IGoldenFamily
{
    // The first step is one forward and one backward pass. Later ones carry every rounding on, and ReLU and max pooling turn some into another branch.
    private const double First = 1e-4, Later = 2e-3, Trained = 1e-2;

    /// <inheritdoc/>
    public string Name => "trace";

    /// <inheritdoc/>
    public bool Reads(string file) => file.EndsWith("/train_trace.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        foreach (JsonProperty trace in set.Json(file).EnumerateObject())
        {
            Lazy<Dictionary<string, GoldenResult>> run = new(() => Run(set, trace));
            string name = trace.Name[(trace.Name.IndexOf('/') + 1)..];
            foreach (string part in new[] { "first step", "losses", "final state", "c after training" })
                yield return new($"{name}: {part}", () => run.Value[part]);
        }
    }

    private static Dictionary<string, GoldenResult> Run(GoldenSet set, JsonProperty trace)
    {
        using var scope = NewDisposeScope();
        JsonElement expected = trace.Value;
        string[] parts = trace.Name.Split('/');
        (string backbone, string features) = (parts[0], parts[1]);
        MaskingRule masking = expected.GetProperty("masking").GetString() == "eq14" ? MaskingRule.Vit : MaskingRule.Cnn;
        int batch = expected.GetProperty("batch").GetInt32(), pool = expected.GetProperty("pool").GetInt32();
        using TrainingCase training = new(set, backbone, features, TrainingCase.RecipeOf(expected.GetProperty("variant").GetString()!, masking),
            new(expected.GetProperty("max_lr").GetDouble(), expected.GetProperty("total_steps").GetInt32()), ScalarType.Float32);
        string[] names = Names(set, backbone, pool);
        GoldenResult first = new(double.NaN, First), losses = new(0, Later);
        foreach (JsonElement step in expected.GetProperty("steps").EnumerateArray())
        {
            using var perStep = NewDisposeScope();
            int at = step.GetProperty("step").GetInt32();
            double error = TrainingCase.Error(training.Differentiate(training.Pixels(Enumerable.Range(0, batch).Select(i => names[(batch * at + i) % pool]))), step);
            double norm = Math.Sqrt(training.Gradients().Values.Sum(gradient => gradient.Sum(value => value * value))), wanted = step.GetProperty("gradient_l2").GetDouble();
            if (at == 0) first = new(Math.Max(error, Math.Abs(norm - wanted) / wanted), First);
            losses = ExplainedCase.Worse(new(error, Later), losses);
            training.Advance();
        }
        Dictionary<string, double[]> state = training.State();
        // Biases before batch norm are moved by rounding alone.
        GoldenResult final = expected.GetProperty("final_state").EnumerateObject().Where(entry => state.ContainsKey(entry.Name) && !(entry.Name.StartsWith("convs.", StringComparison.Ordinal) && entry.Name.EndsWith(".bias", StringComparison.Ordinal)))
            .Select(entry => SampledEntry.Read(entry.Value).Compare(state[entry.Name], Trained)).Aggregate(ExplainedCase.Worse);
        using var frozen = no_grad();
        Tensor maps = training.Attention.Forward(training.Model.Forward(training.Pixels(names.Take(2))).Features).Values;
        return new()
        {
            ["first step"] = first,
            ["losses"] = losses,
            ["final state"] = final,
            ["c after training"] = SampledEntry.Read(expected.GetProperty("c_after_training_images_0_1")).Compare(ExplainedCase.Doubles(maps), Trained),
        };
    }

    // The set's own names of toy pictures stand beside the explained ones: vis/toy0, vis/toy1, … up to the pool's size.
    private static string[] Names(GoldenSet set, string backbone, int pool)
    {
        string zero = set.Json($"{backbone}/explain.json").GetProperty("image_names")[0].GetString()!;
        string stem = zero.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        int from = int.Parse(zero[stem.Length..], System.Globalization.CultureInfo.InvariantCulture);
        return [.. Enumerable.Range(from, pool).Select(i => $"{stem}{i}")];
    }
}
