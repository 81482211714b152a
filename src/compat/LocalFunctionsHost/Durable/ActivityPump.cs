using System.Threading.Channels;
using Microsoft.DurableTask;

namespace LocalFunctionsHost.Durable;

/// <summary>An activity that a history says must run.</summary>
internal sealed record ActivityWork(LiveInstance Instance, string Execution, HistoryEvent Step);

/// <summary>Runs activities, at most so many at once, in the order in which they were asked for.</summary>
internal sealed class ActivityPump(DurableEngine engine, DurableFunctions functions, Running running)
{
    private readonly Channel<ActivityWork> _waiting = Channel.CreateUnbounded<ActivityWork>();

    private int _unwritten;

    /// <summary>Results that are on their way into a history.</summary>
    public int Unwritten => Volatile.Read(ref _unwritten);

    public void Add(ActivityWork work)
    {
        engine.Enter();
        _waiting.Writer.TryWrite(work);
    }

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, engine.Settings.Activities).Select(_ => WorkAsync(stop)));

    private async Task WorkAsync(CancellationToken stop)
    {
        await Task.Yield();
        while (await _waiting.Reader.WaitToReadAsync(stop))
        {
            if (stop.IsCancellationRequested || !_waiting.Reader.TryRead(out var work)) continue;
            if (!running.TryEnter(out var abandoned)) return;
            var told = await RunAsync(work, abandoned);
            Interlocked.Increment(ref _unwritten);
            // The result must be written before the host may go; the next activity need not wait for that.
            _ = told.ContinueWith(
                _ =>
                {
                    Interlocked.Decrement(ref _unwritten);
                    engine.Leave();
                    running.Leave();
                },
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<Task> RunAsync(ActivityWork work, CancellationToken abandoned)
    {
        // Nobody waits any more: the orchestration has ended.
        if (work.Instance.State.Ended || work.Instance.State.Execution != work.Execution) return Task.CompletedTask;
        var first = await functions.CallAsync(work, abandoned);
        if (!engine.Settings.Twice || first is null) return first is null ? Task.CompletedTask : work.Instance.TellAsync(first, work.Execution);
        var second = await functions.CallAsync(work, abandoned);
        if (second is null) return Task.CompletedTask;
        var told = work.Instance.TellAsync(second, work.Execution);
        _ = work.Instance.TellAsync(first, work.Execution);
        return told;
    }
}
