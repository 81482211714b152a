using System.Collections.Concurrent;
using System.Diagnostics;
using TTame.Functions.Explain;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class MicroBatcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private sealed class DeviceFull : Exception;

    private static MicroBatcher<string, int, int> Batcher(BatchLimits limits, Func<string, IReadOnlyList<int>, IReadOnlyList<Outcome<int>>> compute)
        => new("inference test", limits, compute, e => e is DeviceFull);

    private static IReadOnlyList<Outcome<int>> Squares(string key, IReadOnlyList<int> items) => [.. items.Select(i => new Outcome<int>(i * i))];

    [Fact]
    public async Task Fault34_Submit_TwoKeysInterleaved_NoBatchMixesThem()
    {
        ConcurrentBag<(string Key, int[] Items)> seen = [];
        using var batcher = Batcher(new(4, TimeSpan.FromMilliseconds(50)), (key, items) =>
        {
            seen.Add((key, [.. items]));
            return Squares(key, items);
        });
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => batcher.SubmitAsync(i % 2 == 0 ? "even" : "odd", i, default))).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i * i), results.Select(r => r.Value));
        Assert.All(seen, b => Assert.All(b.Items, i => Assert.Equal(b.Key == "even" ? 0 : 1, i % 2)));
        Assert.All(seen, b => Assert.InRange(b.Items.Length, 1, 4));
    }

    [Fact]
    public async Task Fault36_Submit_BatchDoesNotFitTheDevice_HalvesAndRemembers()
    {
        List<int> sizes = [];
        using var batcher = Batcher(new(8, TimeSpan.FromSeconds(10)), (key, items) =>
        {
            sizes.Add(items.Count);
            return items.Count > 2 ? throw new DeviceFull() : Squares(key, items);
        });
        var first = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => batcher.SubmitAsync("m", i, default))).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i * i), first.Select(r => r.Value));
        Assert.Equal([8, 4, 2, 2, 4, 2, 2], sizes);
        Assert.Equal(2, batcher.SizeFor("m"));
        Assert.Equal(8, batcher.SizeFor("another"));
    }

    [Fact]
    public async Task Fault37_Submit_SingleItemDoesNotFit_FailsAloneAndTheLoopGoesOn()
    {
        using var batcher = Batcher(new(4, TimeSpan.FromMilliseconds(100)), (key, items) => items.Contains(7) ? throw new DeviceFull() : Squares(key, items));
        var tasks = new[] { 1, 7, 2, 3 }.Select(i => batcher.SubmitAsync("m", i, default)).ToArray();
        await Assert.ThrowsAsync<DeviceFull>(() => tasks[1].WaitAsync(Patience));
        Assert.Equal(9, (await tasks[3].WaitAsync(Patience)).Value);
        Assert.Equal(25, (await batcher.SubmitAsync("m", 5, default).WaitAsync(Patience)).Value);
    }

    [Fact]
    public async Task Fault38_Submit_OneItemBreaksItsBatch_OnlyThatOneFails()
    {
        using var batcher = Batcher(new(4, TimeSpan.FromSeconds(10)), (key, items) => items.Contains(2) ? throw new InvalidOperationException("two") : Squares(key, items));
        var tasks = Enumerable.Range(0, 4).Select(i => batcher.SubmitAsync("m", i, default)).ToArray();
        await Assert.ThrowsAsync<InvalidOperationException>(() => tasks[2].WaitAsync(Patience));
        Assert.Equal([0, 1, 9], new[] { await tasks[0], await tasks[1], await tasks[3] }.Select(r => r.Value));
    }

    [Fact]
    public async Task Fault39_Submit_SingleItem_IsFlushedWithinTheDelay()
    {
        using var batcher = Batcher(new(64, TimeSpan.FromMilliseconds(20)), Squares);
        await batcher.SubmitAsync("m", 1, default).WaitAsync(Patience);
        var watch = Stopwatch.StartNew();
        var result = await batcher.SubmitAsync("m", 3, default).WaitAsync(Patience);
        Assert.Equal(1, result.Size);
        Assert.InRange(result.Waited.TotalMilliseconds, 19, 1000);
        Assert.InRange(watch.ElapsedMilliseconds, 19, 2000);
    }

    [Fact]
    public async Task Fault40_Submit_CancelledWhileComputed_SlotIsFreeAndNothingDeadlocks()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var batcher = Batcher(new(1, TimeSpan.Zero), (key, items) =>
        {
            if (items[0] == 1)
            {
                entered.Set();
                release.Wait();
            }
            return Squares(key, items);
        });
        using var running = new CancellationTokenSource();
        using var queued = new CancellationTokenSource();
        var first = batcher.SubmitAsync("m", 1, running.Token);
        entered.Wait(Patience);
        var second = batcher.SubmitAsync("m", 2, queued.Token);
        queued.Cancel();
        running.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience));
        Assert.Equal(0, batcher.Waiting);
        release.Set();
        Assert.Equal(9, (await batcher.SubmitAsync("m", 3, default).WaitAsync(Patience)).Value);
    }

    [Fact]
    public async Task Fault42_Submit_SixtyFourAtOnce_OneThreadComputesFullBatches()
    {
        ConcurrentBag<(int Thread, int Size)> seen = [];
        using var batcher = Batcher(new(8, TimeSpan.FromSeconds(10)), (key, items) =>
        {
            seen.Add((Environment.CurrentManagedThreadId, items.Count));
            return Squares(key, items);
        });
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => batcher.SubmitAsync("m", i, default)))).WaitAsync(Patience);
        Assert.Single(seen.Select(s => s.Thread).Distinct());
        Assert.Equal(8, seen.Count);
        Assert.All(seen, s => Assert.Equal(8, s.Size));
    }

    [Fact]
    public async Task Fault7_Dispose_BatchRunning_FinishesItAndGivesUpTheRest()
    {
        using var entered = new ManualResetEventSlim();
        var batcher = Batcher(new(1, TimeSpan.Zero), (key, items) =>
        {
            entered.Set();
            Thread.Sleep(100);
            return Squares(key, items);
        });
        var running = batcher.SubmitAsync("m", 4, default);
        entered.Wait(Patience);
        var queued = batcher.SubmitAsync("m", 5, default);
        batcher.Dispose();
        Assert.Equal(16, (await running.WaitAsync(Patience)).Value);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batcher.SubmitAsync("m", 6, default));
    }
}
