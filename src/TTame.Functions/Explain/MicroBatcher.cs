using System.Diagnostics;

namespace TTame.Functions.Explain;

/// <summary>Gathers items submitted at the same time into batches of one key each and computes them on one thread of its own: one per device.</summary>
/// <remarks>
/// A batch that does not fit the device's memory is halved, down to single items, and the size that fitted is kept for its key.
/// A batch that fails otherwise is computed again item by item, so that only the item at fault fails.
/// An item cancelled while it waits leaves the queue; one cancelled while it is computed has its result dropped.
/// </remarks>
/// <typeparam name="TKey">What a batch has in common: model and input size.</typeparam>
/// <typeparam name="TIn">An item.</typeparam>
/// <typeparam name="TOut">Its result.</typeparam>
public sealed class MicroBatcher<TKey, TIn, TOut> : IDisposable where TKey : notnull
{
    private readonly BatchLimits limits;
    private readonly Func<TKey, IReadOnlyList<TIn>, IReadOnlyList<Outcome<TOut>>> compute;
    private readonly Func<Exception, bool> isOutOfMemory;
    private readonly LinkedList<Item> waiting = [];
    private readonly Dictionary<TKey, int> workingSizes = [];
    private readonly Thread loop;
    private bool stopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="limits">When a batch is closed.</param>
    /// <param name="compute">Computes a batch: as many outcomes as items, in their order.</param>
    /// <param name="isOutOfMemory">Whether an error says that the device's memory does not suffice.</param>
    public MicroBatcher(string name, BatchLimits limits, Func<TKey, IReadOnlyList<TIn>, IReadOnlyList<Outcome<TOut>>> compute, Func<Exception, bool> isOutOfMemory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Size, 1);
        (this.limits, this.compute, this.isOutOfMemory) = (limits, compute, isOutOfMemory);
        loop = new Thread(Loop) { Name = name, IsBackground = true };
        loop.Start();
    }

    /// <summary>Items that wait for a batch.</summary>
    public int Waiting
    {
        get { lock (waiting) return waiting.Count; }
    }

    /// <summary>The largest batch that is tried for a key: the limit, or less after the device's memory did not suffice.</summary>
    public int SizeFor(TKey key)
    {
        lock (waiting) return workingSizes.GetValueOrDefault(key, limits.Size);
    }

    /// <summary>Computes one item, together with others of its key that are submitted about now.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the batcher stops.</exception>
    public Task<Batched<TOut>> SubmitAsync(TKey key, TIn input, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return Task.FromCanceled<Batched<TOut>>(cancellation);
        var item = new Item(key, input);
        lock (waiting)
        {
            if (stopping) return Task.FromCanceled<Batched<TOut>>(new CancellationToken(true));
            item.Place = waiting.AddLast(item);
            Monitor.PulseAll(waiting);
        }
        // Registered outside the lock: a token already cancelled calls back at once, on this thread.
        item.Registration = cancellation.Register(() => Cancel(item, cancellation));
        return item.Completion.Task;
    }

    /// <summary>Takes no more work, gives up what waits, and returns when the current batch is done.</summary>
    public void Dispose()
    {
        List<Item> abandoned;
        lock (waiting)
        {
            stopping = true;
            abandoned = [.. waiting];
            waiting.Clear();
            Monitor.PulseAll(waiting);
        }
        foreach (var item in abandoned) item.Completion.TrySetCanceled();
        if (loop != Thread.CurrentThread) loop.Join();
    }

    private void Cancel(Item item, CancellationToken cancellation)
    {
        lock (waiting)
            if (item.Place.List is not null) waiting.Remove(item.Place);
        item.Completion.TrySetCanceled(cancellation);
    }

    private void Loop()
    {
        while (NextBatch() is { } batch)
        {
            Compute(batch, Stopwatch.GetTimestamp());
            foreach (var item in batch) item.Registration.Dispose();
        }
    }

    // Null when stopping. Waits on the lock, so that nothing runs while there is nothing to do.
    private List<Item>? NextBatch()
    {
        lock (waiting)
        {
            while (!stopping)
            {
                if (waiting.First is not { } oldest)
                {
                    Monitor.Wait(waiting);
                    continue;
                }
                var left = limits.Delay - Stopwatch.GetElapsedTime(oldest.Value.Submitted);
                if (left <= TimeSpan.Zero) return Take(oldest.Value.Key);
                if (waiting.GroupBy(i => i.Key).FirstOrDefault(g => g.Count() >= SizeFor(g.Key)) is { } full) return Take(full.Key);
                Monitor.Wait(waiting, left);
            }
            return null;
        }
    }

    private List<Item> Take(TKey key)
    {
        var batch = waiting.Where(i => i.Key.Equals(key)).Take(SizeFor(key)).ToList();
        foreach (var item in batch) waiting.Remove(item.Place);
        return batch;
    }

    private void Compute(List<Item> batch, long started)
    {
        try
        {
            var outcomes = compute(batch[0].Key, batch.ConvertAll(i => i.Input));
            var computed = Stopwatch.GetElapsedTime(started);
            for (int i = 0; i < batch.Count; i++)
                if (outcomes[i].Error is { } error) batch[i].Completion.TrySetException(error);
                else batch[i].Completion.TrySetResult(new(outcomes[i].Value!, Stopwatch.GetElapsedTime(batch[i].Submitted, started), computed, batch.Count));
        }
        catch (Exception error) when (batch.Count == 1)
        {
            batch[0].Completion.TrySetException(error);
        }
        catch (Exception error) when (isOutOfMemory(error))
        {
            int half = Math.Max(1, batch.Count / 2);
            lock (waiting) workingSizes[batch[0].Key] = half;
            foreach (var part in batch.Chunk(half)) Compute([.. part], Stopwatch.GetTimestamp());
        }
        catch (Exception)
        {
            // Not known whose fault it is: each item alone, and only the one at fault fails.
            foreach (var item in batch) Compute([item], Stopwatch.GetTimestamp());
        }
    }

    private sealed class Item(TKey key, TIn input)
    {
        public TKey Key { get; } = key;
        public TIn Input { get; } = input;
        public long Submitted { get; } = Stopwatch.GetTimestamp();
        // Continuations must not run on the inference thread.
        public TaskCompletionSource<Batched<TOut>> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public LinkedListNode<Item> Place { get; set; } = null!;
        public CancellationTokenRegistration Registration { get; set; }
    }
}
