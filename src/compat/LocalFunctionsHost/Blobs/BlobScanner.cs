using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Blobs;

/// <summary>A blob function with its path and the account that it watches.</summary>
internal sealed record WatchedFunction(Functions.FunctionEntry Function, BlobPath Path, BlobServiceClient Service);

/// <summary>Lists the watched containers flat, again and again, and enqueues each new version of a fitting blob once per function.</summary>
internal sealed class BlobScanner(IReadOnlyList<WatchedFunction> watched, BlobContainerClient hosts, string hostId, QueueClient queue, ILogger log, int mostPerPoll = BlobScanner.MaxPerPoll)
{
    private const int MaxPerPoll = 10_000;
    private const int MaxPerPage = 5_000;
    private const int ReceiptsAtOnce = 8;
    private readonly BlobReceipts _receipts = new(hosts, hostId);
    private readonly ScanInfo _scanInfo = new(hosts, hostId);
    private readonly List<Sweep> _sweeps = [.. watched.GroupBy(w => (w.Service.AccountName, w.Path.Container)).Select(g => new Sweep([.. g]))];

    /// <summary>One poll over all containers: at most 10,000 blobs, the rest in the next poll.</summary>
    /// <returns>How many messages were sent.</returns>
    public async Task<int> PollAsync(CancellationToken cancellation)
    {
        int budget = mostPerPoll;
        int sent = 0;
        foreach (var sweep in _sweeps)
        {
            if (budget <= 0) break;
            try
            {
                (int listed, int enqueued) = await PollAsync(sweep, budget, cancellation);
                budget -= listed;
                sent += enqueued;
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                log.LogDebug("Container '{Container}' does not exist yet.", sweep.Container);
                sweep.Restart();
            }
        }

        // The next poll begins where this one ran out of budget.
        if (budget <= 0) _sweeps.Add(Take(0));
        return sent;
    }

    /// <summary>Enqueues one version for one function unless that was done before.</summary>
    public Task<Receipt> NotifyAsync(WatchedFunction target, string blob, BlobType type, ETag eTag, CancellationToken cancellation)
    {
        var message = new BlobMessage("BlobTrigger", target.Function.Id, $"{type}Blob", target.Path.Container, blob, eTag.ToString("H"));
        return _receipts.OnceAsync(
            _receipts.NameOf(target.Function.Id, eTag, target.Path.Container, blob),
            () => queue.SendMessageAsync(message.ToJson(), CancellationToken.None),
            cancellation);
    }

    private Sweep Take(int index)
    {
        var sweep = _sweeps[index];
        _sweeps.RemoveAt(index);
        return sweep;
    }

    private async Task<(int Listed, int Enqueued)> PollAsync(Sweep sweep, int budget, CancellationToken cancellation)
    {
        sweep.Since ??= await _scanInfo.ReadAsync(sweep.Service.AccountName, sweep.Container, cancellation);
        int listed = 0;
        int enqueued = 0;
        var pages = sweep.Service.GetBlobContainerClient(sweep.Container)
            .GetBlobsAsync(BlobTraits.None, BlobStates.None, sweep.Prefix, cancellation).AsPages(sweep.Continuation, Math.Min(mostPerPoll, MaxPerPage));
        await foreach (var page in pages)
        {
            sweep.Began ??= page.GetRawResponse().Headers.Date;
            List<(WatchedFunction Target, BlobItem Blob)> candidates = [];
            foreach (var blob in page.Values)
            {
                listed++;
                var modified = blob.Properties.LastModified ?? DateTimeOffset.MinValue;
                if (modified > sweep.Newest) sweep.Newest = modified;
                if (modified < sweep.Since) continue;
                candidates.AddRange(sweep.Targets.Where(t => t.Path.Match(blob.Name) is not null).Select(t => (t, blob)));
            }

            await Parallel.ForEachAsync(candidates, new ParallelOptions { MaxDegreeOfParallelism = ReceiptsAtOnce, CancellationToken = cancellation }, async (candidate, token) =>
            {
                var (target, blob) = candidate;
                if (sweep.Seen(target, blob)) return;
                var receipt = await NotifyAsync(target, blob.Name, blob.Properties.BlobType ?? BlobType.Block, blob.Properties.ETag!.Value, token);
                if (receipt == Receipt.Sent) Interlocked.Increment(ref enqueued);
                if (receipt == Receipt.Held) sweep.MustRepeat = true;
                else sweep.Remember(target, blob);
            });
            sweep.Continuation = string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken;
            if (sweep.Continuation is not null && listed >= budget) return (listed, enqueued);
        }

        if (sweep.Finish()) await _scanInfo.WriteAsync(sweep.Service.AccountName, sweep.Container, sweep.Since!.Value, cancellation);
        return (listed, enqueued);
    }

    /// <summary>The listing of one container, which may take several polls.</summary>
    private sealed class Sweep(IReadOnlyList<WatchedFunction> targets)
    {
        private static readonly TimeSpan BeforeNewest = TimeSpan.FromMilliseconds(1);

        // Versions of the newest second, asked for again by every poll: no need to read their receipts each time.
        private readonly System.Collections.Concurrent.ConcurrentDictionary<(string, string, ETag), DateTimeOffset> _recent = new();

        public IReadOnlyList<WatchedFunction> Targets { get; } = targets;

        public BlobServiceClient Service => Targets[0].Service;

        public string Container => Targets[0].Path.Container;

        public string Prefix { get; } = CommonPrefix(targets.Select(t => t.Path.Prefix));

        public string? Continuation { get; set; }

        public DateTimeOffset? Since { get; set; }

        public DateTimeOffset Newest { get; set; } = DateTimeOffset.MinValue;

        /// <summary>When its listing began, by the storage's clock.</summary>
        public DateTimeOffset? Began { get; set; }

        /// <summary>A receipt was held by another host: the next listing must start where this one did.</summary>
        public bool MustRepeat { get; set; }

        public bool Seen(WatchedFunction target, BlobItem blob) => _recent.ContainsKey((target.Function.Id, blob.Name, blob.Properties.ETag!.Value));

        public void Remember(WatchedFunction target, BlobItem blob)
            => _recent[(target.Function.Id, blob.Name, blob.Properties.ETag!.Value)] = blob.Properties.LastModified ?? DateTimeOffset.MinValue;

        public void Restart()
        {
            Continuation = null;
            Began = null;
            Newest = DateTimeOffset.MinValue;
        }

        /// <summary>The end of a listing: the next one starts just before the newest blob. True where that moved.</summary>
        public bool Finish()
        {
            Continuation = null;
            var began = Began ?? DateTimeOffset.MaxValue;
            Began = null;
            if (Newest == DateTimeOffset.MinValue) return false;
            // A blob written while the listing was beyond its name is older than the newest found: no later start than this listing's.
            var next = (Newest < began ? Newest : began) - BeforeNewest;
            bool repeat = MustRepeat;
            Newest = DateTimeOffset.MinValue;
            MustRepeat = false;
            if (repeat || next <= Since) return false;
            Since = next;
            foreach (var (key, modified) in _recent)
                if (modified < next) _recent.TryRemove(key, out _);
            return true;
        }

        private static string CommonPrefix(IEnumerable<string> prefixes)
            => prefixes.Aggregate((a, b) => a[..a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count()]);
    }
}
