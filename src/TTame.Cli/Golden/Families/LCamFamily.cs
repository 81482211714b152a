using System.Text.Json;
using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Explainers;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>L-CAM-Img (SPEC §10): one convolution on one tap, its maps and the masked image's logits.</summary>
internal sealed class LCamFamily : IGoldenFamily
{
    private const double Tolerance = 1e-4;

    /// <inheritdoc/>
    public string Name => "lcam";

    /// <inheritdoc/>
    public bool Reads(string file) => file.EndsWith("/lcam.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement json = set.Json(file);
        ExplainedCase make = ExplainedCase.Of(set, file, json, json, count: 2);
        string layer = json.GetProperty("layer").GetString()!, tag = json.GetProperty("weights_tag").GetString()!;
        GoldenResult With(Func<IClassifier, ForwardPass, ExplanationMaps, GoldenResult> check) => make.With((model, pass, labels) =>
        {
            using AttentionMechanism mechanism = SyntheticModel.Attention(set.Salt, tag, model);
            return check(model, pass, new LCamImg(mechanism, model.Taps[0]).Explain(model, pass, labels));
        }, layer);
        yield return new("c", () => With((_, _, maps) => make.Compare(maps.Values, json.GetProperty("c"), Tolerance)));
        yield return new("a", () => With((_, _, maps) => make.Compare(maps.Values.sigmoid(), json.GetProperty("a"), Tolerance)));
        yield return new("minmax", () => With((_, _, maps) => make.Compare(maps.Scaled().Values, json.GetProperty("minmax"), Tolerance)));
        yield return new("masked logits", () => With((model, pass, maps) =>
        {
            int size = model.Card.Input.Size;
            Tensor mask = new ScaledMaps(maps.Values.sigmoid()).ResizeTo(size, size).Values;
            return SampledEntry.Read(json.GetProperty("masked_logits")).Compare(ExplainedCase.Doubles(model.Classify(Masking.RawThenNormalise(pass.Pixels, mask, model.Card.Input)).Values), Tolerance);
        }));
    }
}
