using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Http;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost;

/// <summary>The host's life: checks settings, opens the front, lists the functions, starts the triggers; stops in the reverse order.</summary>
internal sealed class JobHost(
    HostSettings settings, FunctionCatalogue catalogue, Connections connections, HttpFront front, Running running, IEnumerable<IListener> listeners,
    IHostApplicationLifetime lifetime, ILoggerFactory logs) : IHostedService
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AfterCancel = TimeSpan.FromSeconds(8);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _log = logs.CreateLogger("Host.Startup");
    private Task[] _loops = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var start = DateTime.UtcNow;
        try
        {
            if (catalogue.Enabled.Any(f => f.Trigger is not HttpTriggerAttribute)) _ = connections.Blobs(null);
            await front.StartAsync(cancellationToken);
        }
        catch (HostSettingsException mistake)
        {
            _log.LogCritical("{Mistake}", mistake.Message);
            Environment.ExitCode = 1;
            throw;
        }

        logs.CreateLogger("Worker").Log(LogLevel.Information, new EventId(1, "Always"), "Worker process started and initialized.", null, (text, _) => text);
        Listing.Print(catalogue, front, settings, Console.Out);
        _loops = [.. listeners.Select(listener => Task.Run(() => WatchAsync(listener), CancellationToken.None))];
        _log.LogInformation("Host started ({Duration}ms)", (long)(DateTime.UtcNow - start).TotalMilliseconds);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        running.Close();
        await _stop.CancelAsync();
        await running.DrainAsync(Grace, AfterCancel);
        await Task.WhenAll(_loops).WaitAsync(AfterCancel, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await front.StopAsync(cancellationToken);
        _log.LogInformation("Job host stopped");
    }

    // A trigger whose loop breaks would leave the host deaf: say so and stop.
    private async Task WatchAsync(IListener listener)
    {
        try
        {
            await listener.RunAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            _log.LogCritical(failure, "{Listener} has failed; the host stops.", listener.GetType().Name);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }
}
