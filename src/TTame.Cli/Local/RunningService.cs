using System.Net;

namespace TTame.Cli.Local;

/// <summary>The service while it runs, on a free port.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly ChildProcess process;

    private RunningService(ChildProcess process, string address) => (this.process, Address) = (process, address);

    /// <summary>Where it answers.</summary>
    public string Address { get; }

    /// <summary>Starts the service and waits until it can explain.</summary>
    /// <param name="clone">The clone that holds it.</param>
    /// <param name="port">A free port.</param>
    /// <param name="arguments">Further options of the local host.</param>
    /// <param name="settings">App settings.</param>
    /// <param name="log">File for its output.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<RunningService> Start(
        RepositoryFolder clone, int port, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> settings, string log, CancellationToken cancel)
    {
        var process = ChildProcess.Start("The service", Service.StartInfo(clone, ["--port", $"{port}", .. arguments], settings), log);
        var service = new RunningService(process, $"http://127.0.0.1:{port}/");
        try
        {
            await process.Until(service.IsReady, Service.StartLimit, cancel);
            return service;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until <paramref name="done"/> says yes while the service runs.</summary>
    /// <exception cref="CliException">The service ended, or the time is over.</exception>
    public Task Until(Func<CancellationToken, Task<bool>> done, TimeSpan limit, CancellationToken cancel) => process.Until(done, limit, cancel);

    /// <summary>Ends it at once (SIGKILL), as a lost machine does.</summary>
    public ValueTask Kill()
    {
        process.Kill();
        return process.DisposeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task<bool> IsReady(CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await client.GetAsync(new Uri(new Uri(Address), "api/ready"), cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;                              // nobody listens yet
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;                              // it listens and is busy loading
        }
    }
}
