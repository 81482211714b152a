using TorchSharp;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>Who computes on the device: explaining goes first; of training and scoring one activity at a time.</summary>
/// <param name="explaining">Pictures that wait to be explained.</param>
public sealed class DeviceTurns(InferenceLoop explaining) : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Runs work of an activity on a thread of its own when its turn has come.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await Task.Factory.StartNew(() =>
            {
                // libtorch hands its number of threads to a new thread at that thread's first parallel loop only: what came before would take one per core, and end in other last bits.
                torch.set_num_threads(torch.get_num_threads());
                return work();
            }, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Between two batches: waits while pictures wait to be explained.</summary>
    public void LetExplainingGoFirst(CancellationToken cancellation)
    {
        while (explaining.Waiting > 0 && !cancellation.IsCancellationRequested) cancellation.WaitHandle.WaitOne(BetweenLooks);
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();
}
