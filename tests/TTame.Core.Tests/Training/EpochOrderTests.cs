using TTame.Core.Training;

namespace TTame.Core.Tests.Training;

[Trait("Kind", "Property")]
public sealed class EpochOrderTests
{
    [Fact]
    public void Of_AnyEpoch_IsAPermutation()
        => Assert.Equal(Enumerable.Range(0, 97), EpochOrder.Of(97, seed: 5, epoch: 3).Order());

    [Fact]
    public void Of_OtherEpochOrOtherSeed_IsAnotherOrder()
    {
        int[] order = EpochOrder.Of(97, 5, 3);

        Assert.Equal(order, EpochOrder.Of(97, 5, 3));
        Assert.NotEqual(order, EpochOrder.Of(97, 5, 4));
        Assert.NotEqual(order, EpochOrder.Of(97, 6, 3));
    }

    [Fact]
    public void Window_ManyImages_ReachesBothEndsAndMirrorsHalf()
    {
        var windows = Enumerable.Range(0, 2000).Select(i => EpochOrder.Window(3, 1, 1, 0, i)).ToList();

        Assert.Equal([0, 1, 2, 3], windows.Select(w => w.Left).Distinct().Order());
        Assert.Equal([0, 1], windows.Select(w => w.Top).Distinct().Order());
        Assert.InRange(windows.Count(w => w.Flip), 900, 1100);
    }
}
