using Microsoft.DurableTask.Client;

namespace TTame.Functions.Hosting;

/// <summary>Says that a run has been terminated, or purged, while an activity of it was at work. Not retried.</summary>
/// <param name="run">The run's id.</param>
public sealed class RunStoppedException(string run) : Exception($"The run '{run}' has been stopped.")
{
    /// <summary>The run's id.</summary>
    public string Run { get; } = run;
}

/// <summary>Looks once a second how a run stands: termination and suspension never reach an activity that is at work, so it has to look.</summary>
public sealed class RunWatch : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly DurableTaskClient client;
    private readonly string run;
    private readonly CancellationTokenSource stop;
    private Task looking = Task.CompletedTask;
    private volatile bool suspended, stopped;

    private RunWatch(DurableTaskClient client, string run, CancellationToken cancellation)
        => (this.client, this.run, stop) = (client, run, CancellationTokenSource.CreateLinkedTokenSource(cancellation));

    /// <summary>Looks once, and goes on looking until it is disposed.</summary>
    /// <param name="client">The orchestrations.</param>
    /// <param name="run">Instance id of the run.</param>
    /// <param name="cancellation">The activity's own.</param>
    /// <exception cref="RunStoppedException">It is over already.</exception>
    public static async Task<RunWatch> StartAsync(DurableTaskClient client, string run, CancellationToken cancellation)
    {
        var watch = new RunWatch(client, run, cancellation);
        await watch.LookAsync();
        watch.ThrowIfStopped();
        watch.looking = watch.KeepLookingAsync();
        return watch;
    }

    /// <summary>Cancelled when the run is over, or when the activity itself is cancelled.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>Whether the run is suspended.</summary>
    public bool IsSuspended => suspended;

    /// <summary>Whether the run is over.</summary>
    public bool IsStopped => stopped;

    /// <summary>Nothing, while the run goes on.</summary>
    /// <exception cref="RunStoppedException">It is over.</exception>
    public void ThrowIfStopped()
    {
        if (stopped) throw new RunStoppedException(run);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task KeepLookingAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(BetweenLooks, stop.Token);
            try
            {
                await LookAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The back end cannot be asked just now: the work goes on, and it is asked again.
            }
        }
    }

    private async Task LookAsync()
    {
        var state = await client.GetInstanceAsync(run, stop.Token);
        suspended = state?.RuntimeStatus == OrchestrationRuntimeStatus.Suspended;
        if (state is not (null or { IsCompleted: true })) return;
        stopped = true;
        await stop.CancelAsync();
    }
}
