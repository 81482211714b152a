using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using LocalFunctionsHost.Settings;

namespace LocalFunctionsHost.Queues;

/// <summary>How a queue is emptied.</summary>
/// <param name="AtOnce">Messages worked on at the same time.</param>
/// <param name="Hidden">How long a message stays hidden; renewed at half of it while it is worked on.</param>
/// <param name="Shortest">Pause after an empty look, doubled up to <paramref name="Longest"/>.</param>
internal sealed record PumpOptions(int AtOnce, TimeSpan Hidden, TimeSpan Shortest, TimeSpan Longest);

/// <summary>Takes messages off a queue, at most so many at once, keeps them hidden while they are worked on.</summary>
internal sealed class QueuePump(QueueClient queue, PumpOptions options, Running running, Func<QueueMessage, CancellationToken, Task<Verdict>> work)
{
    private const int MaxPerReceive = 32;
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Ends the pause: there is something to look at.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Woken twice at once.
            }
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        // Not disposed: work that outlives the stop still gives its place back.
        var free = new SemaphoreSlim(options.AtOnce, options.AtOnce);
        var pause = options.Shortest;
        while (!stop.IsCancellationRequested)
        {
            await free.WaitAsync(stop);
            free.Release();
            int room = Math.Min(free.CurrentCount, MaxPerReceive);
            var messages = await ReceiveAsync(Math.Max(1, room), stop);
            if (messages.Length == 0)
            {
                await _wake.WaitAsync(pause, stop);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.Longest.Ticks));
                continue;
            }

            pause = options.Shortest;
            foreach (var message in messages)
            {
                await free.WaitAsync(CancellationToken.None);
                if (!running.TryEnter(out var abandoned))
                {
                    // Stopping: give it back at once rather than after the lease.
                    free.Release();
                    await SettleAsync(message.MessageId, message.PopReceipt, Verdict.Again);
                    continue;
                }

                _ = Task.Run(async () =>
                {
                    try
                    {
                        await WorkAsync(message, abandoned);
                    }
                    finally
                    {
                        free.Release();
                        running.Leave();
                    }
                }, CancellationToken.None);
            }
        }
    }

    private async Task<QueueMessage[]> ReceiveAsync(int count, CancellationToken stop)
    {
        try
        {
            return (await queue.ReceiveMessagesAsync(count, options.Hidden, stop)).Value;
        }
        catch (RequestFailedException failed) when (failed.Status is 404)
        {
            return [];
        }
        catch (Exception storage) when (storage is RequestFailedException or AggregateException && !stop.IsCancellationRequested)
        {
            // Storage is away: look again later, as the real host does.
            await Task.Delay(options.Shortest, stop);
            return [];
        }
    }

    private async Task WorkAsync(QueueMessage message, CancellationToken abandoned)
    {
        using var done = new CancellationTokenSource();
        string receipt = message.PopReceipt;
        var renewal = Task.Run(async () =>
        {
            var half = options.Hidden / 2;
            while (true)
            {
                await Task.Delay(half, done.Token);
                try
                {
                    receipt = (await queue.UpdateMessageAsync(message.MessageId, receipt, message.Body, options.Hidden, CancellationToken.None)).Value.PopReceipt;
                }
                catch (RequestFailedException)
                {
                    // Lost or storage away: another attempt may run; work must be safe to run twice.
                }
            }
        }, CancellationToken.None);
        Verdict verdict;
        try
        {
            verdict = await work(message, abandoned);
        }
        catch (Exception)
        {
            verdict = Verdict.Again;
        }

        await done.CancelAsync();
        await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SettleAsync(message.MessageId, receipt, verdict);
    }

    private async Task SettleAsync(string id, string receipt, Verdict verdict)
    {
        try
        {
            if (verdict == Verdict.Done) await queue.DeleteMessageAsync(id, receipt);
            else await queue.UpdateMessageAsync(id, receipt, visibilityTimeout: verdict.After);
        }
        catch (Exception lost) when (lost is RequestFailedException or AggregateException)
        {
            // The message comes back when its time is up.
        }
    }
}

/// <summary>What becomes of a message: deleted, or visible again after a time.</summary>
internal sealed record Verdict(TimeSpan After)
{
    public static readonly Verdict Done = new(TimeSpan.MinValue);

    public static readonly Verdict Again = new(TimeSpan.Zero);
}
