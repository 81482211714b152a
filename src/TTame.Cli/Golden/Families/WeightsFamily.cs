using System.Text.Json;
using TTame.Core.Backbones;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>Synthetic weights, bit for bit (SPEC §3).</summary>
internal sealed class WeightsFamily : IGoldenFamily
{
    private const string Prefix = "units/weights_", Attention = "attention";

    /// <inheritdoc/>
    public string Name => "weights";

    /// <inheritdoc/>
    public bool Reads(string file) => file.StartsWith(Prefix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        string model = file[Prefix.Length..^".json".Length];
        if (model == Attention)
            foreach (JsonProperty tag in set.Json(file).EnumerateObject())
                yield return new(tag.Name, () => Same(set.Salt, tag.Name, tag.Value));
        else
            yield return new($"every tensor of {model}", () => Same(set.Salt, model, set.Json(file)));
    }

    private static GoldenResult Same(string salt, string model, JsonElement tensors) => GoldenResult.Exact(tensors.EnumerateObject().All(entry =>
    {
        using var scope = NewDisposeScope();
        long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        return Sha256.Of(SyntheticWeights.MakeTensor(salt, model, entry.Name, shape).bytes) == entry.Value.GetProperty("sha256").GetString();
    }));
}
