using TTame.Core.Evaluation;

namespace TTame.Core.Tests.Evaluation;

public sealed class BootstrapTests
{
    [Fact]
    [Trait("Kind", "Unit")]
    public void Of_AllEqual_IntervalIsThePoint()
        => Assert.Equal(new(0.25, 0.25, 0.25, 8), Bootstrap.Of([.. Enumerable.Repeat(0.25, 8)], seed: 1));

    [Fact]
    [Trait("Kind", "Property")]
    public void Of_CoinThrows_IntervalIsAboutTwoStandardErrors()
    {
        double[] coins = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? 1.0 : 0)];              // standard error 0.5/√400 = 0.025

        Interval interval = Bootstrap.Of(coins, seed: 4);

        Assert.Equal(0.5, interval.Mean);
        Assert.Equal(0.5 - 1.96 * 0.025, interval.Low, 0.006);
        Assert.Equal(0.5 + 1.96 * 0.025, interval.High, 0.006);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Of_SameSeed_SameBitsAndOtherSeedAnother()
    {
        double[] values = [.. Enumerable.Range(0, 50).Select(i => Math.Sin(i))];

        Assert.Equal(Bootstrap.Of(values, 2), Bootstrap.Of(values, 2));
        Assert.NotEqual(Bootstrap.Of(values, 2).Low, Bootstrap.Of(values, 3).Low);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Differences_OneMethodAlwaysATenthBetter_IntervalIsTheTenth()
    {
        EvaluationPlan plan = new() { Explainers = ["a", "b"], Measures = ["ad"], Resamples = 100 };
        List<ImageRecord> records = [];
        for (int i = 0; i < 20; i++)
            foreach ((string explainer, double value) in new[] { ("a", i / 40.0), ("b", i / 40.0 + 0.1) })
                records.Add(new(i, $"{i}", explainer, 0, null, 1, 1, false, [new("ad", 0.5, value)]));

        DifferenceRow row = EvaluationTable.Differences("m", plan, records).Single();

        Assert.Equal(("a", "b", 20), (row.Explainer, row.Against, row.N));
        Assert.Equal((-10, -10, -10), (Math.Round(row.Mean, 9), Math.Round(row.Low, 9), Math.Round(row.High, 9)));
    }
}
