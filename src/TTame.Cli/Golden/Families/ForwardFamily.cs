using System.Text.Json;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>Backbones: logits, feature taps, values on the way, photographs end to end (SPEC §6).</summary>
internal sealed class ForwardFamily : IGoldenFamily
{
    private const double Tolerance = 1e-4;
    private const int Pair = 2;                                                    // features and probes are of images 0 and 1

    /// <inheritdoc/>
    public string Name => "forward";

    /// <inheritdoc/>
    public bool Reads(string file) => file.EndsWith("/forward.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        string backbone = GoldenSet.Backbone(file);
        JsonElement json = set.Json(file);
        string[] names = [.. json.GetProperty("images").EnumerateArray().Select(name => name.GetString()!)];
        IClassifier Model(string? features = null) => SyntheticModel.Classifier(set, backbone, features);
        PixelImages Pixels(int count) => SyntheticImages.Pixels(names.Take(count), Model().Card.Input.Size);

        yield return new("input", () => Scoped(() => SampledEntry.Read(json.GetProperty("input_norm")).Compare(Flat(Model().Forward(Pixels(Pair)).Images.Values), Tolerance)));
        yield return new("logits", () => Scoped(() => GoldenResult.Relative<float>(
            Flat(Model().Forward(Pixels(names.Length)).Logits.Values), Flat(Npy.Read(set.Path($"{backbone}/{json.GetProperty("logits").GetProperty("file")}"))), Tolerance)));
        foreach (JsonProperty features in json.Members("features"))
            yield return new($"taps {features.Name}", () => Scoped(() => Taps(Model(features.Name), Pixels(Pair), features.Value)));
        foreach (JsonProperty probe in json.Members("probes"))
            yield return new($"layer {probe.Name}", () => Scoped(() =>
            {
                IClassifier model = Model();
                LayerPass pass = model.ForwardTo(probe.Name, Preprocessing.Standardise(Pixels(Pair), model.Card.Input));
                return SampledEntry.Read(probe.Value).Compare(Flat(pass.Activations.detach()), Tolerance);
            }));
        foreach (JsonProperty photo in json.Members("photos"))
            yield return new($"photograph {photo.Name}", () => Scoped(() => Photograph(Model(), set.Path($"images/{photo.Name}_decoded.png"), photo.Value)));
    }

    // The adapter's grid holds the patch tokens; the vector holds all tokens. The class token is compared through the layer itself.
    private static GoldenResult Taps(IClassifier model, PixelImages pixels, JsonElement expected)
    {
        NormalizedImages images = Preprocessing.Standardise(pixels, model.Card.Input);
        ForwardPass pass = model.Forward(pixels);
        GoldenResult worst = new(0, Tolerance);
        int i = 0;
        foreach (JsonProperty tap in expected.EnumerateObject())
        {
            Tensor layer = model.ForwardTo(tap.Name, images).Activations.detach(), grid = pass.Features.Values[i++];
            GoldenResult ofLayer = SampledEntry.Read(tap.Value).Compare(Flat(layer), Tolerance);
            GoldenResult ofGrid = GoldenResult.Relative<float>(Flat(grid), Flat(LayerPass.Grid(layer)), Tolerance);
            worst = new(Math.Max(worst.Error, Math.Max(ofLayer.Error, ofGrid.Error)), Tolerance);
        }
        return worst;
    }

    private static GoldenResult Photograph(IClassifier model, string path, JsonElement expected)
    {
        RgbImage picture = ImageDecoder.Decode(File.ReadAllBytes(path), ImageLimits.Default).Image;
        Tensor logits = model.Forward(Preprocessing.ToPixels([Preprocessing.Prepare(picture, model.Card.Input).Crop], CPU)).Logits.Values;
        long[] first = logits.topk(5).indexes.view(-1).data<long>().ToArray();
        return first.SequenceEqual(expected.GetProperty("class").EnumerateArray().Select(id => id.GetInt64()))
            ? SampledEntry.Read(expected.GetProperty("logits")).Compare(Flat(logits), Tolerance)
            : new(double.NaN, Tolerance);
    }

    private static float[] Flat(Tensor values) => values.contiguous().data<float>().ToArray();

    private static GoldenResult Scoped(Func<GoldenResult> check)
    {
        using var scope = NewDisposeScope();
        return check();
    }
}
