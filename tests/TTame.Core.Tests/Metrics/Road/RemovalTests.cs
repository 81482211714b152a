using System.Text.Json;
using TorchSharp;
using TTame.Core.Metrics.Road;
using TTame.Core.Primitives;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Metrics.Road;

public class RemovalTests
{
    [Fact, Trait("Kind", "Unit")]
    public void Removed_QuarterMostRelevantFirst_IsTheBrightestPixelOfFour()
        => Assert.Equal([false, false, true, false], Removed([0.1f, 0.4f, 0.9f, 0f], RemovalOrder.MostRelevantFirst, 0.25));

    [Fact, Trait("Kind", "Unit")]
    public void Removed_HalfLeastRelevantFirst_IsTheTwoDarkestOfFour()
        => Assert.Equal([true, false, false, true], Removed([0.1f, 0.4f, 0.9f, 0f], RemovalOrder.LeastRelevantFirst, 0.5));

    [Theory, Trait("Kind", "Property")]
    [InlineData(0.1, 10)]
    [InlineData(0.3, 30)]
    [InlineData(0.57, 57)]
    [InlineData(0.999, 99)]
    [InlineData(1.0, 100)]
    public void Removed_MapThatIsZeroAlmostEverywhere_RemovesExactlyTheShare(double share, int pixels)
    {
        float[] map = new float[100];
        map[7] = 1;
        foreach (RemovalOrder order in Enum.GetValues<RemovalOrder>())
            Assert.Equal(pixels, Removed(map, order, share, seed: 5).Count(gone => gone));
    }

    [Fact, Trait("Kind", "Property")]
    public void Removed_TiesUnderTwoSeeds_FallDifferentlyAndEachTheSameAgain()
    {
        float[] map = new float[100];
        bool[] first = Removed(map, RemovalOrder.MostRelevantFirst, 0.5, seed: 1);
        Assert.Equal(first, Removed(map, RemovalOrder.MostRelevantFirst, 0.5, seed: 1));
        Assert.NotEqual(first, Removed(map, RemovalOrder.MostRelevantFirst, 0.5, seed: 2));
    }

    [Fact, Trait("Kind", "Property")]
    public void Removed_GrowingShares_EachContainsTheOneBefore()
    {
        float[] map = [.. Enumerable.Range(0, 100).Select(i => i % 7 / 7f)];
        bool[] before = new bool[100];
        for (double share = 0.1; share < 0.95; share += 0.1)
        {
            bool[] now = Removed(map, RemovalOrder.LeastRelevantFirst, share, seed: 3);
            Assert.All(Enumerable.Range(0, 100).Where(i => before[i]), i => Assert.True(now[i]));
            before = now;
        }
    }

    [Fact, Trait("Kind", "Unit")]
    public void Removed_ThresholdOnAMapOfZeros_RemovesAll()
    {
        using var maps = zeros(1, 1, 4, 4);
        using var removal = new Removal(new(maps), RemovalOrder.MostRelevantFirst, RemovalRule.Threshold, seed: 0);
        using Tensor removed = removal.Removed(new(0.5));
        Assert.Equal(16, removed.sum().item<long>());
    }

    [Theory, Trait("Kind", "Oracle")]
    [InlineData("MoRF", RemovalOrder.MostRelevantFirst)]
    [InlineData("LeRF", RemovalOrder.LeastRelevantFirst)]
    public void Removed_GoldenRoadMasks_EqualTheOfficialOnes(string name, RemovalOrder order)
    {
        using var formulas = JsonDocument.Parse(File.ReadAllText(Path.Combine(Ground.Golden, "units", "formulas.json")));
        float[] map = [.. formulas.RootElement.GetProperty("bilinear").GetProperty("to_7x9").GetProperty("data").EnumerateArray().Take(63).Select(e => e.GetSingle())];
        using var values = tensor(map, [1, 1, 7, 9]);
        using var removal = new Removal(new(values), order, RemovalRule.Threshold, seed: 0);
        foreach (JsonElement mask in formulas.RootElement.GetProperty("road_masks").GetProperty(name).EnumerateArray())
        {
            using Tensor removed = removal.Removed(new(mask.GetProperty("removed_percent").GetDouble() / 100));
            bool[] kept = [.. mask.GetProperty("kept").EnumerateArray().Select(e => e.GetInt32() == 1)];
            Assert.Equal(kept, removed.data<bool>().ToArray().Select(gone => !gone));
        }
    }

    private static bool[] Removed(float[] map, RemovalOrder order, double share, ulong seed = 0)
    {
        int side = (int)Math.Sqrt(map.Length);
        using var values = tensor(map, [1, 1, side, side]);
        using var removal = new Removal(new(values), order, RemovalRule.Rank, seed);
        using Tensor removed = removal.Removed(new(share));
        return removed.data<bool>().ToArray();
    }
}
