using TTame.Core.Metrics;
using TTame.Core.Primitives;

namespace TTame.Core.Tests.Metrics;

[Trait("Kind", "Unit")]
public sealed class AverageDropTests
{
    [Fact]
    public void Of_FourTenthsOfConfidenceRemain_DropIsSixtyPercent()
        => Assert.Equal(60, AverageDrop.Of(new(0.5f), new(0.2f)).Percent, 1e-5);

    [Fact]
    public void Of_ConfidenceRises_DropIsZero()
        => Assert.Equal(new Drop(0, 1), AverageDrop.Of(new(0.5f), new(0.9f)));

    [Fact]
    public void Of_WholeConfidenceZero_CountsZero()
        => Assert.Equal(new Drop(0, 1), AverageDrop.Of(new(0), new(0)));

    [Fact]
    public void Percent_UnequalShards_IsTheMeanOverImagesNotOverShards()
    {
        Drop one = AverageDrop.Of(new(1), new(0)), two = AverageDrop.Of(new(1), new(1)) + AverageDrop.Of(new(1), new(1));

        Assert.Equal(100.0 / 3, (one + two).Percent, 1e-12);
    }

    [Fact]
    public void Percent_NoImage_EmptyScore()
        => Assert.Equal("AD", Assert.Throws<EmptyScoreException>(() => default(Drop).Percent).Measure);
}

[Trait("Kind", "Unit")]
public sealed class IncreaseInConfidenceTests
{
    [Fact]
    public void Of_EqualConfidence_IsNoIncrease()
        => Assert.Equal(new Increase(0, 1), IncreaseInConfidence.Of(new(0.25f), new(0.25f)));

    [Fact]
    public void Percent_OneOfThreeRises_IsAThird()
    {
        Increase sum = IncreaseInConfidence.Of(new(0.2f), new(0.3f)) + IncreaseInConfidence.Of(new(0.2f), new(0.1f)) + IncreaseInConfidence.Of(new(0.2f), new(0.2f));

        Assert.Equal(100.0 / 3, sum.Percent, 1e-12);
    }

    [Fact]
    public void Percent_NoImage_EmptyScore()
        => Assert.Equal("IC", Assert.Throws<EmptyScoreException>(() => default(Increase).Percent).Measure);
}
