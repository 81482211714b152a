using TTame.Core.Training;

namespace TTame.Core.Tests.Training;

[Trait("Kind", "Unit")]
public sealed class OneCycleTests
{
    [Fact]
    public void At_FirstTurningAndLastStepOfTen_RateIsTwentyFifthWholeAndTenThousandthOfTheFirst()
    {
        OneCycle schedule = new(1e-3, 10);                               // turn = 0.3·10 − 1 = step 2

        Assert.Equal((4e-5, 0.95), schedule.At(0), Near);
        Assert.Equal((1e-3, 0.85), schedule.At(2), Near);
        Assert.Equal((4e-9, 0.95), schedule.At(9), Near);
    }

    [Fact]
    public void At_HalfWayUp_RateAndMomentumAreTheMeansOfTheirEnds()
    {
        OneCycle schedule = new(1e-3, 10);

        Assert.Equal((0.00052, 0.9), schedule.At(1), Near);               // cos(π/2) = 0
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    public void At_StepOutsideTheSchedule_ArgumentOutOfRange(int step)
        => Assert.Throws<ArgumentOutOfRangeException>("step", () => new OneCycle(1e-3, 10).At(step));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void At_VeryShortTraining_RatesAreFiniteAndPositive(int steps)
    {
        OneCycle schedule = new(1, steps);

        Assert.All(Enumerable.Range(0, steps), step => Assert.InRange(schedule.At(step).Rate, 1e-7, 1));
    }

    private static bool Near((double Rate, double Momentum) a, (double Rate, double Momentum) b)
        => Math.Abs(a.Rate - b.Rate) <= 1e-12 && Math.Abs(a.Momentum - b.Momentum) <= 1e-12;
}
