using System.Text.Json;
using System.Text.RegularExpressions;
using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>The images of a file, their explained classes, and a model to explain: what the families of the explainers share.</summary>
/// <param name="Set">The set.</param>
/// <param name="Backbone">The model.</param>
/// <param name="Names">Images.</param>
/// <param name="Labels">Explained class of each.</param>
internal sealed partial record ExplainedCase(GoldenSet Set, string Backbone, string[] Names, long[] Labels)
{
    // "grid28": every 8th pixel, each from the middle of its cell.
    private const int GridStart = 4, GridStep = 8;

    private const double Spreads = 4;

    /// <summary>The case of a file.</summary>
    /// <param name="set">The set.</param>
    /// <param name="file">The file, for its backbone.</param>
    /// <param name="root">The file's JSON: its images.</param>
    /// <param name="part">Where <c>predicted</c> stands.</param>
    /// <param name="count">Only so many images.</param>
    public static ExplainedCase Of(GoldenSet set, string file, JsonElement root, JsonElement part, int count)
    {
        JsonElement names = root.TryGetProperty("images", out JsonElement images) ? images : root.GetProperty("image_names");
        return new(set, GoldenSet.Backbone(file), [.. names.EnumerateArray().Take(count).Select(name => name.GetString()!)],
            [.. part.GetProperty("predicted").EnumerateArray().Take(count).Select(label => label.GetInt64())]);
    }

    /// <summary>Runs a check on the model and one forward pass.</summary>
    public GoldenResult With(Func<IClassifier, ForwardPass, ClassLabels, GoldenResult> check, string? features = null, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        IClassifier model = SyntheticModel.Classifier(Set, Backbone, features, dtype: dtype);
        ForwardPass pass = model.Forward(SyntheticImages.Pixels(Names, model.Card.Input.Size));
        return check(model, pass, new(tensor(Labels)));
    }

    /// <summary>A method's unscaled maps and those at the image's size, computed when the first check asks for them and kept for the others.</summary>
    public Lazy<ExplainedMaps> Once(IExplainer explainer, ScalarType dtype = ScalarType.Float32) => new(() =>
    {
        ExplainedMaps? kept = null;
        With((model, pass, labels) =>
        {
            int size = model.Card.Input.Size;
            ExplanationMaps maps = explainer.Explain(model, pass, labels);
            kept = new(maps.Values.clone().DetachFromDisposeScope(), explainer.ToImage(maps, size, size).Values.clone().DetachFromDisposeScope());
            return GoldenResult.Exact(true);
        }, dtype: dtype);
        return kept!;
    });

    /// <summary>
    /// For a method that divides by what may be nearly 0: where float32 misses the tolerance, it may be off by <see cref="Spreads"/> times
    /// the distance between float32 and float64 here, since the vector is float32 too, rounded elsewhere.
    /// </summary>
    public static GoldenResult Conditioned(Lazy<ExplainedMaps> single, Lazy<ExplainedMaps> wide, Func<ExplainedMaps, GoldenResult> check)
    {
        GoldenResult found = check(single.Value);
        if (found.Passed) return found;
        double spread = Math.Max(Distance(single.Value.Small, wide.Value.Small), Distance(single.Value.Large, wide.Value.Large));
        return found with { Tolerance = Math.Max(found.Tolerance, Spreads * spread) };
    }

    /// <summary>A tensor against a file of the set, after a change of the file's numbers.</summary>
    public GoldenResult Compare(Tensor actual, JsonElement expected, double tolerance, Func<Tensor, Tensor>? change = null)
    {
        Tensor vector = Npy.Read(Set.Path($"{Backbone}/{expected.GetProperty("file").GetString()}")).to(ScalarType.Float64);
        return GoldenResult.Relative<double>(Doubles(actual), Doubles(change is null ? vector : change(vector)), tolerance);
    }

    /// <summary>Every 8th row and column of maps (B, 1, H, W), from the fifth on.</summary>
    public static Tensor Grid28(Tensor maps) => maps.slice(2, GridStart, maps.size(2), GridStep).slice(3, GridStart, maps.size(3), GridStep);

    /// <summary>All numbers, C order.</summary>
    public static double[] Doubles(Tensor values) => values.to(ScalarType.Float64).contiguous().data<double>().ToArray();

    /// <summary>The larger of two errors under the same tolerance.</summary>
    public static GoldenResult Worse(GoldenResult a, GoldenResult b) => double.IsNaN(a.Error) || a.Error > b.Error ? a : b;

    /// <summary>The seed in a text like <c>fnv1a64('rise/vis/rise')</c>.</summary>
    public static ulong Seed(string text) => RandomStream.Fnv1a64(Quoted().Match(text).Groups[1].Value);

    private static double Distance(Tensor actual, Tensor expected) => GoldenResult.Relative<double>(Doubles(actual), Doubles(expected), 0).Error;

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();
}

/// <summary>What a method made of a case.</summary>
/// <param name="Small">(B, 1, h, w), unscaled.</param>
/// <param name="Large">(B, 1, H, W), [0, 1], at the image's size.</param>
internal sealed record ExplainedMaps(Tensor Small, Tensor Large);
