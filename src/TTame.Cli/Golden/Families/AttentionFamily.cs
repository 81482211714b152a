using System.Text.Json;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>The attention mechanism: maps of all classes and of some, scaled and resized, masked logits, variants and subsets of taps (SPEC §7).</summary>
internal sealed class AttentionFamily : IGoldenFamily
{
    private const double Tolerance = 1e-4;
    private const int GridStep = 8, GridFirst = GridStep / 2;                      // "grid28": every 8th pixel, from the middle of the first eight

    /// <inheritdoc/>
    public string Name => "ttame";

    /// <inheritdoc/>
    public bool Reads(string file) => file.EndsWith("/ttame.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        string backbone = GoldenSet.Backbone(file);
        JsonElement json = set.Json(file);
        Case make = new(set, backbone, [.. json.GetProperty("images").EnumerateArray().Select(name => name.GetString()!)]);
        foreach (JsonProperty config in json.GetProperty("configs").EnumerateObject())
            foreach (GoldenCheck check in Config(make, config.Name, config.Value)) yield return check;
        JsonElement first = json.GetProperty("configs").EnumerateObject().First().Value.GetProperty("classes");
        long[] predicted = [.. first.EnumerateArray().Select(row => row[0].GetInt64())];
        if (json.TryGetProperty("ablations", out JsonElement ablations))
        {
            string[] versions = [.. ablations.GetProperty("order").EnumerateArray().Select(name => name.GetString()!)];
            string features = ablations.GetProperty("features").GetString()!;
            for (int i = 0; i < versions.Length; i++)
            {
                int at = i;
                yield return new($"version {versions[i]}", () => make.Maps(features, $"{backbone}.attn.{features}.{versions[at]}", predicted, ablations.GetProperty("c"), at));
            }
        }
        if (json.TryGetProperty("layer_subsets", out JsonElement subsets))
            foreach (JsonProperty subset in subsets.EnumerateObject())
                yield return new($"taps {subset.Name}", () => make.Maps(
                    string.Join(",", subset.Value.GetProperty("layers").EnumerateArray()), subset.Value.GetProperty("weights_tag").GetString()!, predicted, subset.Value.GetProperty("c")));
        if (json.TryGetProperty("version_TTAME", out JsonElement version))
            yield return new("version TTAME", () => make.Maps(
                version.GetProperty("weights_tag").GetString()!.Split('.')[2], version.GetProperty("weights_tag").GetString()!, predicted, version.GetProperty("c")));
    }

    private static IEnumerable<GoldenCheck> Config(Case make, string features, JsonElement config)
    {
        string tag = $"{make.Backbone}.attn.{features}.{AttentionVariant.Full.Name}";
        long[,] rows = Rows(config.GetProperty("classes"));
        JsonElement maps = config.TryGetProperty("c", out JsonElement several) ? several : config.GetProperty("c_predicted");
        int count = (int)maps.GetProperty("shape")[1].GetInt64();
        yield return new($"{features}: all classes", () => make.With(features, tag, (_, mechanism, pass)
            => SampledEntry.Read(config.GetProperty("all_classes_c")).Compare(Case.Flat(mechanism.Forward(pass.Features).Values), Tolerance)));
        yield return new($"{features}: c", () => make.With(features, tag, (_, mechanism, pass)
            => make.Compare(mechanism.Explain(pass.Features, tensor(rows).narrow(1, 0, count)).Values, maps)));
        if (config.TryGetProperty("a", out JsonElement activated))
            yield return new($"{features}: a", () => make.With(features, tag, (_, mechanism, pass)
                => make.Compare(mechanism.ForwardRows(pass.Features, tensor(rows)).Activated().Values, activated)));
        if (config.TryGetProperty("minmax", out JsonElement scaled))
            yield return new($"{features}: minmax", () => make.With(features, tag, (_, mechanism, pass) =>
            {
                AttentionLogits c = mechanism.Explain(pass.Features, tensor(rows));
                return make.Compare(cat([.. Enumerable.Range(0, rows.GetLength(1)).Select(row => c.Row(row).Scaled().Values)], 1), scaled);
            }));
        yield return new($"{features}: minmax, resized", () => make.With(features, tag, (model, mechanism, pass) =>
        {
            int size = model.Card.Input.Size;
            Tensor full = mechanism.Explain(pass.Features, tensor(rows)).Row(0).Scaled().ResizeTo(size, size).Values;
            return make.Compare(full.slice(2, GridFirst, size, GridStep).slice(3, GridFirst, size, GridStep), config.GetProperty("minmax_predicted_224_grid28"));
        }));
        yield return new($"{features}: masked logits", () => make.With(features, tag, (model, mechanism, pass) =>
        {
            int size = model.Card.Input.Size;
            Tensor small = mechanism.ForwardRows(pass.Features, tensor(rows)).Activated().Values.narrow(1, 0, 1);
            Tensor mask = new ScaledMaps(small).ResizeTo(size, size).Values;
            Logits cnn = model.Classify(Masking.RawThenNormalise(pass.Pixels, mask, model.Card.Input)), vit = model.Classify(Masking.OnNormalised(pass.Images, mask));
            return make.Compare(stack([cnn.Values, vit.Values]), config.GetProperty("masked_logits"));
        }));
    }

    private static long[,] Rows(JsonElement classes)
    {
        long[,] rows = new long[classes.GetArrayLength(), classes[0].GetArrayLength()];
        for (int i = 0; i < rows.GetLength(0); i++)
            for (int j = 0; j < rows.GetLength(1); j++) rows[i, j] = classes[i][j].GetInt64();
        return rows;
    }

    /// <summary>What the checks of one file share.</summary>
    internal sealed record Case(GoldenSet Set, string Backbone, string[] Names)
    {
        /// <summary>Runs a check on a model, its attention mechanism and one forward pass.</summary>
        public GoldenResult With(string features, string tag, Func<IClassifier, AttentionMechanism, ForwardPass, GoldenResult> check)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            IClassifier model = SyntheticModel.Classifier(Set, Backbone, features, AttentionVariant.Named(tag.Split('.')[3]).ClassToken);
            using AttentionMechanism mechanism = SyntheticModel.Attention(Set.Salt, tag, model);
            return check(model, mechanism, model.Forward(SyntheticImages.Pixels(Names, model.Card.Input.Size)));
        }

        /// <summary>Maps of one class per image against a file, on the plain and the fast path.</summary>
        public GoldenResult Maps(string features, string tag, long[] labels, JsonElement expected, int? slice = null) => With(features, tag, (_, mechanism, pass) =>
        {
            Tensor classes = tensor(labels).unsqueeze(1);
            GoldenResult plain = Compare(mechanism.ForwardRows(pass.Features, classes).Values, expected, slice);
            GoldenResult fast = Compare(mechanism.Explain(pass.Features, classes).Values, expected, slice);
            return new(Math.Max(plain.Error, fast.Error), Tolerance);
        });

        /// <summary>A tensor against a file of the set.</summary>
        public GoldenResult Compare(Tensor actual, JsonElement expected, int? slice = null)
        {
            Tensor vector = Npy.Read(Set.Path($"{Backbone}/{expected.GetProperty("file")}"));
            return GoldenResult.Relative<float>(Flat(actual), Flat(slice is int at ? vector[at] : vector), Tolerance);
        }

        public static float[] Flat(Tensor values) => values.contiguous().data<float>().ToArray();
    }
}
