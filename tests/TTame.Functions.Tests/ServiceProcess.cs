using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TTame.Functions.Tests;

/// <summary>The service as a process of its own, under the local host.</summary>
internal sealed partial class ServiceProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly TaskCompletionSource<string> address = new();

    private ServiceProcess(string connection, string models, string[] options, (string Name, string Value)[] settings)
    {
        string app = Path.Combine(AppContext.BaseDirectory, "TTame.Functions.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = AppContext.BaseDirectory };
        foreach (string argument in new[] { app, "--port", "0", "--scan", "0.5", "--lease", "5" }.Concat(options)) start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings.Concat([("AzureWebJobsStorage", connection), ("ModelsPath", models), ("Device", "cpu"), ("Threads", "1")])) start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Notice(line.Data);
        process.ErrorDataReceived += (_, line) => Notice(line.Data);
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException($"The service ended: {Output}"));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Talks to the service's HTTP functions.</summary>
    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>What it printed.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Starts it and waits until it answers over HTTP.</summary>
    public static Task<ServiceProcess> StartAsync(string connection, string models, params (string Name, string Value)[] settings) => StartAsync(connection, models, [], settings);

    /// <summary>The same with further options of the local host.</summary>
    public static async Task<ServiceProcess> StartAsync(string connection, string models, string[] options, (string Name, string Value)[] settings)
    {
        var service = new ServiceProcess(connection, models, options, settings);
        service.Http.BaseAddress = new Uri(await service.address.Task.WaitAsync(StartLimit));
        return service;
    }

    /// <summary>Waits until it says that it can explain.</summary>
    public async Task ReadyAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            using var answer = await Http.GetAsync("api/ready");
            if (answer.StatusCode == HttpStatusCode.OK) return;
            if (watch.Elapsed > StartLimit) throw new TimeoutException($"Not ready: {await answer.Content.ReadAsStringAsync()}\n{Output}");
            await Task.Delay(100);
        }
    }

    /// <summary>Ends it at once, as a lost machine does.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    /// <summary>Asks it to end, as a scale-in does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (Signal(process.Id, Terminate) != 0) throw new InvalidOperationException("The process could not be signalled.");
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return process.ExitCode;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
        Http.Dispose();
    }

    private void Notice(string? line)
    {
        if (line is null) return;
        lines.Enqueue(line);
        if (AddressLine().Match(line) is { Success: true } match) address.TrySetResult(match.Groups["address"].Value);
    }

    private const int Terminate = 15;

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);

    [GeneratedRegex(@"Ready: \[GET\] (?<address>http://[^/]+/)api/ready")]
    private static partial Regex AddressLine();
}
