using System.Text.Json;
using TTame.Core.Metrics.Road;
using TTame.Testing;

namespace TTame.Core.Tests.Metrics.Road;

public class CpuImputationTests
{
    [Fact, Trait("Kind", "Unit")]
    public void Solve_TwoByTwoWithOnePixelRemoved_IsTheWeightedMeanOfTheOtherThree()
    {
        float[] picture = [0f, 0.2f, 0.6f, 1f];                    // the first pixel: (2·0.2 + 2·0.6 + 1·1) / 5
        CpuImputation.Solve(picture, new byte[] { 1, 0, 0, 0 }, channels: 1, height: 2, width: 2, threads: 1);
        Assert.Equal(0.52f, picture[0], 1e-6f);
        Assert.Equal([0.2f, 0.6f, 1f], picture[1..]);
    }

    [Fact, Trait("Kind", "Unit")]
    public void Solve_TwoByTwoWithADiagonalRemoved_SolvesBothTogether()
    {
        // x0 = (2·0.2 + 2·0.6 + x3)/5 and x3 = (2·0.2 + 2·0.6 + x0)/5: both are 0.4.
        float[] picture = [0.9f, 0.2f, 0.6f, 0.1f];
        CpuImputation.Solve(picture, new byte[] { 1, 0, 0, 1 }, channels: 1, height: 2, width: 2, threads: 1);
        Assert.Equal(0.4f, picture[0], 1e-6f);
        Assert.Equal(0.4f, picture[3], 1e-6f);
    }

    [Fact, Trait("Kind", "Unit")]
    public void Solve_OneKeptPixel_SpreadsItEverywhere()
    {
        float[] picture = Pixels(seed: 3, 32 * 40);
        byte[] removed = [.. Enumerable.Repeat((byte)1, 32 * 40)];
        removed[17] = 0;
        float kept = picture[17];
        CpuImputation.Solve(picture, removed, channels: 1, height: 32, width: 40, threads: 1);
        Assert.All(picture, value => Assert.Equal(kept, value, 1e-5f));
    }

    [Fact, Trait("Kind", "Unit")]
    public void Solve_NoPixelKept_LeavesThePictureToItsCaller()
    {
        float[] picture = Pixels(seed: 4, 48), before = [.. picture];
        CpuImputation.Solve(picture, Enumerable.Repeat((byte)1, 48).ToArray(), channels: 1, height: 6, width: 8, threads: 1);
        Assert.Equal(before, picture);
    }

    [Fact, Trait("Kind", "Unit")]
    public void Solve_NaNAmongTheKeptPixels_Throws()
    {
        float[] picture = Pixels(seed: 5, 256);
        byte[] removed = new byte[256];
        (picture[40], removed[41]) = (float.NaN, 1);
        var thrown = Assert.ThrowsAny<Exception>(() => CpuImputation.Solve(picture, removed, channels: 1, height: 16, width: 16, threads: 1));
        Assert.IsType<InvalidOperationException>((thrown as AggregateException)?.InnerException ?? thrown);
    }

    [Theory, Trait("Kind", "Replica")]
    [InlineData(1, 5, 60)]
    [InlineData(9, 9, 50)]
    [InlineData(17, 30, 90)]
    [InlineData(24, 16, 10)]
    [InlineData(21, 23, 97)]
    public void Solve_SmallPicture_EqualsGaussianElimination(int height, int width, int percent)
    {
        float[] picture = Pixels((ulong)(height * 100 + width), 2 * height * width);
        byte[] removed = [.. Pixels((ulong)percent, height * width).Select(u => (byte)(u < percent / 100f ? 1 : 0))];
        removed[height * width / 2] = 0;
        double[] expected = DenseImputation.Solve(picture, removed, channels: 2, height, width);
        CpuImputation.Solve(picture, removed, channels: 2, height, width, threads: 2);
        for (int i = 0; i < picture.Length; i++) Assert.Equal(expected[i], picture[i], 2e-5);
    }

    [Fact, Trait("Kind", "Property")]
    public void Solve_BatchOfFive_EqualsFiveSinglesBitForBit()
    {
        const int plane = 50 * 41;
        float[] batch = Pixels(seed: 6, 5 * 3 * plane);
        byte[] removed = [.. Pixels(seed: 7, 5 * plane).Select((u, i) => (byte)(u < 0.2f * (1 + i / plane) - 0.1f ? 1 : 0))];
        float[] singles = [.. batch];
        CpuImputation.Solve(batch, removed, channels: 3, height: 50, width: 41, threads: 2);
        for (int n = 0; n < 5; n++)
            CpuImputation.Solve(singles.AsMemory(n * 3 * plane, 3 * plane), removed.AsMemory(n * plane, plane), channels: 3, height: 50, width: 41, threads: 1);
        Assert.Equal(singles, batch);
    }

    [Fact, Trait("Kind", "Property")]
    public void Solve_AnyFirstGuess_ReachesTheSameSolution()
    {
        const int plane = 112 * 112;
        float[] fromPicture = Pixels(seed: 8, plane), fromBlack = [.. fromPicture];
        byte[] removed = [.. Enumerable.Range(0, plane).Select(i => (byte)(Math.Abs(i % 112 - 56) + Math.Abs(i / 112 - 50) < 60 ? 1 : 0))];
        for (int i = 0; i < plane; i++) if (removed[i] != 0) fromBlack[i] = 0;
        CpuImputation.Solve(fromPicture, removed, channels: 1, height: 112, width: 112, threads: 1);
        CpuImputation.Solve(fromBlack, removed, channels: 1, height: 112, width: 112, threads: 1);
        for (int i = 0; i < plane; i++) Assert.Equal(fromBlack[i], fromPicture[i], 2e-5f);
    }

    [Fact, Trait("Kind", "Oracle")]
    public void Solve_GoldenImputer_IsWithinTenThousandth()
    {
        using var formulas = JsonDocument.Parse(File.ReadAllText(Path.Combine(Ground.Golden, "units", "formulas.json")));
        JsonElement golden = formulas.RootElement.GetProperty("imputer");
        float[] picture = [.. golden.GetProperty("image_data").EnumerateArray().Select(e => e.GetSingle())];
        byte[] removed = [.. golden.GetProperty("keep").EnumerateArray().Select(e => (byte)(1 - e.GetInt32()))];
        CpuImputation.Solve(picture, removed, channels: 3, height: 8, width: 8, threads: 1);
        double[] expected = [.. golden.GetProperty("filled").GetProperty("data").EnumerateArray().Select(e => e.GetDouble())];
        for (int i = 0; i < picture.Length; i++) Assert.Equal(expected[i], picture[i], 1e-4);
    }

    /// <summary>Numbers in [0, 1) from a small generator of the tests' own.</summary>
    private static float[] Pixels(ulong seed, int count)
    {
        var values = new float[count];
        ulong state = seed * 2654435761 + 1;
        for (int i = 0; i < count; i++)
        {
            state = state * 6364136223846793005 + 1442695040888963407;
            values[i] = (state >> 40) / 16777216f;
        }
        return values;
    }
}
