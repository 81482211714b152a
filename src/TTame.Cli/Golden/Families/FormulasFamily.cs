using System.Text.Json;
using TorchSharp;
using TTame.Core.Metrics;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>Loss terms, scaling, resizing, thresholds, imputation, AD and IC on inputs small enough to be written out (SPEC §7 to §9).</summary>
internal sealed class FormulasFamily : IGoldenFamily
{
    private const double Tolerance = 1e-5, Percent = 1e-4, ImputedPixel = 1e-4;

    /// <inheritdoc/>
    public string Name => "formulas";

    /// <inheritdoc/>
    public bool Reads(string file) => file == "units/formulas.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement json = set.Json(file);
        return All(set.Salt, json).Where(check => json.TryGetProperty(check.Name, out _));
    }

    private static IEnumerable<GoldenCheck> All(string salt, JsonElement json)
    {
        GoldenCheck Check(string member, Func<JsonElement, GoldenResult> compare) => new(member, () =>
        {
            using var scope = NewDisposeScope();
            return compare(json.GetProperty(member));
        });
        ScaledMaps Small() => new ExplanationMaps(tensor(JsonNumbers.Floats(json.GetProperty("minmax").GetProperty("c_data")), Shape(json.GetProperty("minmax").GetProperty("minmax")))).Scaled();
        ScaledMaps Large() => Small().ResizeTo(7, 9);

        yield return Check("loss_official", expected => Loss(LossKind.Official, expected));
        yield return Check("loss_paper", expected => Loss(LossKind.Paper, expected));
        yield return Check("psi_selection", expected => Selection(salt, expected));
        yield return Check("minmax", expected => Same(Small().Values, expected.GetProperty("minmax")));
        yield return Check("bilinear", expected => ExplainedCase.Worse(Same(Large().Values, expected.GetProperty("to_7x9")), Same(Small().ResizeTo(2, 2).Values, expected.GetProperty("to_2x2"))));
        yield return Check("quantile", expected => expected.GetProperty("q").EnumerateArray().Zip(expected.GetProperty("threshold").EnumerateArray())
            .Select(pair => GoldenResult.Relative<double>(ExplainedCase.Doubles(KeptPixels.Thresholds(Large(), new(1 - pair.First.GetDouble()))), JsonNumbers.Of(pair.Second), Tolerance))
            .Aggregate(ExplainedCase.Worse));
        yield return Check("get_masked_inputs", expected => expected.GetProperty("masks").EnumerateArray().Zip(Faithfulness.DefaultShares)
            .Select(pair => Same(KeptPixels.Of(Small().ResizeTo(9, 9), pair.Second), pair.First)).Aggregate(ExplainedCase.Worse));
        yield return Check("road_masks", expected => new[] { ("MoRF", RemovalOrder.MostRelevantFirst), ("LeRF", RemovalOrder.LeastRelevantFirst) }
            .Select(order => Removed(Large(), order.Item2, expected.GetProperty(order.Item1))).Aggregate(ExplainedCase.Worse));
        yield return Check("imputer", Imputed);
        yield return Check("ad_ic", AdIc);
        yield return Check("official_average_meter", expected =>
        {
            OfficialAverage meter = new();
            return GoldenResult.Absolute<double>(JsonNumbers.Of(expected.GetProperty("values")).Select(value =>
            {
                meter.Add(value);
                return meter.Value;
            }).ToArray(), JsonNumbers.Of(expected.GetProperty("after_each")), 1e-12);
        });
    }

    private static GoldenResult Loss(LossKind kind, JsonElement expected)
    {
        double[] psiValues = JsonNumbers.Of(expected.GetProperty("psi_data")), logitValues = JsonNumbers.Of(expected.GetProperty("logits_data"));
        Tensor labels = tensor(expected.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());
        long images = labels.size(0), side = (long)Math.Round(Math.Sqrt((double)psiValues.Length / (images * images)));
        Tensor psi = tensor(psiValues, [images, images, side, side], dtype: ScalarType.Float32).requires_grad_();
        Tensor logits = tensor(logitValues, [images, logitValues.Length / images], dtype: ScalarType.Float32).requires_grad_();
        LossTensors loss = new TrainingLoss(kind, LossWeights.Default).Of(psi, new(logits), new(labels));
        loss.Total.backward();
        LossParts parts = loss.Read();
        bool paper = kind == LossKind.Paper;
        double[] terms = [parts.Total, parts.CrossEntropy, parts.Area, parts.Variation];
        double[] wanted = [.. new[] { "loss", "ce", paper ? "E" : "area", paper ? "V" : "variation" }.Select(name => expected.GetProperty(name).GetDouble())];
        return new[]
        {
            new GoldenResult(terms.Zip(wanted).Max(pair => Math.Abs(pair.First - pair.Second) / Math.Abs(pair.Second)), Tolerance),
            GoldenResult.Relative<double>(ExplainedCase.Doubles(psi.grad!), JsonNumbers.Of(expected.GetProperty("grad_psi")), Tolerance),
            GoldenResult.Relative<double>(ExplainedCase.Doubles(logits.grad!), JsonNumbers.Of(expected.GetProperty("grad_logits")), Tolerance),
        }.Aggregate(ExplainedCase.Worse);
    }

    private static GoldenResult Selection(string salt, JsonElement expected)
    {
        long[] shape = [3, 6, 2, 2];
        SplitMix64 stream = new(RandomStream.Fnv1a64($"{salt}/formula/allmaps")), unused = new(0);
        float[] values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = stream.Unit();
        Tensor labels = tensor(expected.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());
        PsiSelection selection = PsiSelection.Choose(PsiRule.BatchLabels, new(labels), (int)shape[1], ref unused);
        Tensor psi = tensor(values, shape).index_select(1, selection.Classes);
        return ExplainedCase.Worse(Same(psi, expected.GetProperty("psi")), Same(selection.OwnMaps(psi), expected.GetProperty("own_map")));
    }

    private static GoldenResult Removed(ScaledMaps maps, RemovalOrder order, JsonElement expected)
    {
        using Removal removal = new(maps, order, RemovalRule.Threshold, seed: 0);
        return GoldenResult.Exact(expected.EnumerateArray().All(share => ExplainedCase.Doubles(removal.Removed(new(share.GetProperty("removed_percent").GetDouble() / 100))[0])
            .Zip(JsonNumbers.Of(share.GetProperty("kept"))).All(pixel => pixel.First != pixel.Second)));
    }

    private static GoldenResult Imputed(JsonElement expected)
    {
        long[] shape = Shape(expected.GetProperty("filled"));
        Tensor picture = tensor(JsonNumbers.Floats(expected.GetProperty("image_data")), [1, .. shape]);
        Tensor removed = tensor(JsonNumbers.Floats(expected.GetProperty("keep")), [1, 1, shape[1], shape[2]]) == 0;
        return GoldenResult.Absolute<double>(ExplainedCase.Doubles(LinearImputation.Solve(picture, removed)), JsonNumbers.Of(expected.GetProperty("filled").GetProperty("data")), ImputedPixel);
    }

    private static GoldenResult AdIc(JsonElement expected)
    {
        var pairs = JsonNumbers.Floats(expected.GetProperty("original")).Zip(JsonNumbers.Floats(expected.GetProperty("masked"))).ToArray();
        double drop = pairs.Select(pair => AverageDrop.Of(new(pair.First), new(pair.Second))).Aggregate((a, b) => a + b).Percent;
        double increase = pairs.Select(pair => IncreaseInConfidence.Of(new(pair.First), new(pair.Second))).Aggregate((a, b) => a + b).Percent;
        return GoldenResult.Absolute<double>([drop, increase], [expected.GetProperty("AD").GetDouble(), expected.GetProperty("IC").GetDouble()], Percent);
    }

    private static GoldenResult Same(Tensor actual, JsonElement expected) => GoldenResult.Relative<double>(ExplainedCase.Doubles(actual), JsonNumbers.Of(expected.GetProperty("data")), Tolerance);

    private static long[] Shape(JsonElement entry) => [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
}
