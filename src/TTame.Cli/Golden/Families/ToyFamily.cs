using System.Text.Json;
using TTame.Core.Attention;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>The toy models' logits and attention maps of all classes (SPEC §11).</summary>
internal sealed class ToyFamily : IGoldenFamily
{
    private const string Prefix = "ttame_";

    /// <inheritdoc/>
    public string Name => "toy ttame";

    /// <inheritdoc/>
    public bool Reads(string file) => file.EndsWith("/explain.json", StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        string backbone = GoldenSet.Backbone(file);
        JsonElement json = set.Json(file);
        string[] names = [.. json.GetProperty("image_names").EnumerateArray().Select(name => name.GetString()!)];
        foreach (JsonProperty member in json.EnumerateObject().Where(member => member.Name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            string features = member.Name[Prefix.Length..], tag = $"{backbone}.attn.{features}.{AttentionVariant.Full.Name}";
            yield return new($"{features}: logits", () => new AttentionFamily.Case(set, backbone, names).With(features, tag, (_, _, pass)
                => new AttentionFamily.Case(set, backbone, names).Compare(pass.Logits.Values, json.GetProperty("logits"))));
            AttentionFamily.Case pair = new(set, backbone, names[..(int)member.Value.GetProperty("c").GetProperty("shape")[0].GetInt64()]);
            yield return new($"{features}: c", () => pair.With(features, tag, (model, mechanism, pass) =>
            {
                GoldenResult plain = pair.Compare(mechanism.Forward(pass.Features).Values, member.Value.GetProperty("c"));
                GoldenResult fast = pair.Compare(mechanism.Explain(pass.Features, arange(model.Classes, dtype: ScalarType.Int64)).Values, member.Value.GetProperty("c"));
                return new(Math.Max(plain.Error, fast.Error), plain.Tolerance);
            }));
        }
    }
}
