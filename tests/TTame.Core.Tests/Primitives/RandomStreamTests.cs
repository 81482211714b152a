using System.Globalization;
using System.Text.Json;
using TTame.Core.Primitives;
using TTame.Testing;

namespace TTame.Core.Tests.Primitives;

[Trait("Kind", "Oracle")]
public class RandomStreamTests
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(Ground.Golden, "units", "rng.json"))).RootElement;

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [Fact]
    public void Fnv1a64_GoldenTexts_EqualBitForBit()
    {
        foreach (JsonProperty text in Vectors.GetProperty("fnv1a64").EnumerateObject())
            Assert.Equal(Hex(text.Value.GetString()!), RandomStream.Fnv1a64(text.Name));
    }

    [Fact]
    public void Draw_GoldenSeeds_EqualBitForBit()
    {
        foreach (JsonProperty stream in Vectors.GetProperty("streams").EnumerateObject())
        {
            SplitMix64 draws = new(Hex(stream.Name)), u24 = draws, below = draws;
            ulong n = 1;
            foreach (JsonElement draw in stream.Value.GetProperty("draws").EnumerateArray())
            {
                Assert.Equal(Hex(draw.GetString()!), draws.Draw());
                Assert.Equal(Hex(draw.GetString()!), RandomStream.At(Hex(stream.Name), n++));
            }
            foreach (JsonElement value in stream.Value.GetProperty("u24").EnumerateArray()) Assert.Equal(value.GetUInt32(), u24.U24());
            foreach (JsonElement value in stream.Value.GetProperty("below_1000").EnumerateArray()) Assert.Equal(value.GetUInt32(), below.Below(1000));
        }
    }

    [Fact]
    public void UnitAndSym_GoldenSeeds_EqualBitForBit()
    {
        foreach (JsonProperty stream in Vectors.GetProperty("unit").EnumerateObject())
        {
            SplitMix64 random = new(Hex(stream.Name));
            foreach (JsonElement value in stream.Value.EnumerateArray()) Assert.Equal(value.GetSingle(), random.Unit());
        }
        foreach (JsonProperty stream in Vectors.GetProperty("sym").EnumerateObject())
        {
            SplitMix64 random = new(Hex(stream.Name));
            foreach (JsonElement value in stream.Value.EnumerateArray()) Assert.Equal(value.GetSingle(), random.Sym());
        }
    }

    [Fact]
    public void State_SetToAnEarlierValue_DrawsTheSameAgain()
    {
        SplitMix64 random = new(7);
        random.Draw();
        ulong state = random.State, next = random.Draw();
        random.State = state;
        Assert.Equal(next, random.Draw());
    }
}
