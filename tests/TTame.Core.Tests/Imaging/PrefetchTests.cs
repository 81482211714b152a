using TTame.Core.Imaging;

namespace TTame.Core.Tests.Imaging;

[Trait("Kind", "Unit")]
public class PrefetchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void Of_AnyDistanceAhead_EveryResultOnceAndInOrder(int ahead)
        => Assert.Equal(Enumerable.Range(0, 40), Prefetch.Of(Enumerable.Range(0, 40).Select(i => (Func<int>)(() => i)), ahead, default));

    [Fact]
    public void Of_FirstPieceEndsLast_ItIsStillFirst()
    {
        using var othersAreDone = new CountdownEvent(2);
        Func<int>[] work =
        [
            () => othersAreDone.Wait(Patience) ? 0 : throw new TimeoutException(),
            () => Counted(1),
            () => Counted(2),
        ];

        Assert.Equal([0, 1, 2], Prefetch.Of(work, ahead: 2, default));

        int Counted(int i)
        {
            othersAreDone.Signal();
            return i;
        }
    }

    [Fact]
    public void Of_ConsumerStandsStill_NoMoreThanAheadAndOneAreBegun()
    {
        int taken = 0;
        IEnumerable<Func<int>> Work()
        {
            for (int i = 0; i < 20; i++)
            {
                taken++;
                int piece = i;
                yield return () => piece;
            }
        }
        using var results = Prefetch.Of(Work(), ahead: 3, default).GetEnumerator();

        for (int consumed = 1; consumed <= 5; consumed++)
        {
            results.MoveNext();
            Assert.Equal(consumed + 3, taken);
        }
    }

    [Fact]
    public void Of_OnePieceFails_WhatWasBeforeItComesThenItsOwnException()
    {
        List<int> seen = [];
        var work = Enumerable.Range(0, 10).Select(i => (Func<int>)(() => i == 4 ? throw new InvalidDataException("four") : i));

        var failure = Assert.Throws<InvalidDataException>(() => { foreach (int i in Prefetch.Of(work, ahead: 3, default)) seen.Add(i); });

        Assert.Equal("four", failure.Message);
        Assert.Equal([0, 1, 2, 3], seen);
    }

    [Fact]
    public void Of_WorkItselfFails_WhatIsInPreparationEndsFirst()
    {
        int ended = 0;
        IEnumerable<Func<int>> Work()
        {
            for (int i = 0; i < 3; i++) yield return Slow;
            throw new InvalidDataException("no more");
        }
        int Slow()
        {
            Thread.Sleep(20);
            return Interlocked.Increment(ref ended);
        }

        Assert.Throws<InvalidDataException>(() => Prefetch.Of(Work(), ahead: 8, default).Count());
        Assert.Equal(3, ended);
    }

    [Fact]
    public void Of_ConsumerStopsEarly_WhatIsInPreparationEndsBeforeItsSourceMayBeClosed()
    {
        int running = 0;
        using var begun = new CountdownEvent(4);
        var work = Enumerable.Range(0, 10).Select(i => (Func<int>)(() =>
        {
            Interlocked.Increment(ref running);
            if (!begun.IsSet) begun.Signal();
            if (i > 0) Thread.Sleep(50);
            Interlocked.Decrement(ref running);
            return i;
        }));

        foreach (int _ in Prefetch.Of(work, ahead: 3, default))
        {
            begun.Wait(Patience);
            break;
        }

        Assert.Equal(0, Volatile.Read(ref running));
    }

    [Fact]
    public void Of_Cancelled_ThrowsAndLeavesNothingRunning()
    {
        using var stop = new CancellationTokenSource();
        int running = 0;
        var work = Enumerable.Range(0, 50).Select(i => (Func<int>)(() =>
        {
            Interlocked.Increment(ref running);
            stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(10));
            Interlocked.Decrement(ref running);
            return i;
        }));
        List<int> seen = [];

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (int i in Prefetch.Of(work, ahead: 4, stop.Token))
            {
                seen.Add(i);
                if (i == 2) stop.Cancel();
            }
        });

        Assert.Equal(Enumerable.Range(0, seen.Count), seen);
        Assert.InRange(seen.Count, 3, 49);
        Assert.Equal(0, Volatile.Read(ref running));
    }
}
