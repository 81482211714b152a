using System.Globalization;
using System.Text.Json;
using TTame.Core.Primitives;

namespace TTame.Cli.Golden.Families;

/// <summary>Hash and random stream, bit for bit (SPEC §1).</summary>
internal sealed class RngFamily : IGoldenFamily
{
    /// <inheritdoc/>
    public string Name => "rng";

    /// <inheritdoc/>
    public bool Reads(string file) => file == "units/rng.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        JsonElement vectors = set.Json(file);
        yield return new("FNV-1a", () => GoldenResult.Exact(vectors.GetProperty("fnv1a64").EnumerateObject()
            .All(text => RandomStream.Fnv1a64(text.Name) == Hex(text.Value.GetString()!))));
        foreach (JsonProperty stream in vectors.GetProperty("streams").EnumerateObject())
            yield return new($"stream {stream.Name}", () => GoldenResult.Exact(Same(Hex(stream.Name), stream.Value)));
        foreach (string kind in new[] { "unit", "sym" })
            foreach (JsonProperty stream in vectors.GetProperty(kind).EnumerateObject())
                yield return new($"{kind} {stream.Name}", () =>
                {
                    SplitMix64 random = new(Hex(stream.Name));
                    return GoldenResult.Exact(stream.Value.EnumerateArray().All(value => (kind == "unit" ? random.Unit() : random.Sym()) == value.GetDouble()));
                });
    }

    private static bool Same(ulong seed, JsonElement expected)
    {
        SplitMix64 draws = new(seed), u24 = new(seed), below = new(seed);
        bool same = expected.GetProperty("draws").EnumerateArray().Select((draw, i) => (draw, i))
            .All(entry => Hex(entry.draw.GetString()!) == draws.Draw() && Hex(entry.draw.GetString()!) == RandomStream.At(seed, (ulong)entry.i + 1));
        return same
            && expected.GetProperty("u24").EnumerateArray().All(value => value.GetUInt32() == u24.U24())
            && expected.GetProperty("below_1000").EnumerateArray().All(value => value.GetUInt32() == below.Below(1000));
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
