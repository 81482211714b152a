using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TTame.Cli.Local;

/// <summary>A process of ours: its output goes to a log file, and it is asked to stop before it is made to.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15;                                        // SIGTERM
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private readonly Process process;
    private readonly StreamWriter? log;
    private readonly string name;
    private readonly string? logPath;

    private ChildProcess(string name, Process process, string? logPath)
    {
        (this.name, this.process, this.logPath) = (name, process, logPath);
        log = logPath is null ? null : new StreamWriter(logPath) { AutoFlush = true };
    }

    /// <summary>Starts a program.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="start">What to start.</param>
    /// <param name="logPath">File for its output; null leaves the output on the screen.</param>
    /// <exception cref="CliException">The program is not there.</exception>
    public static ChildProcess Start(string name, ProcessStartInfo start, string? logPath)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = start.RedirectStandardError = logPath is not null;
        var child = new ChildProcess(name, new Process { StartInfo = start }, logPath);
        if (logPath is not null) child.process.OutputDataReceived += child.Record;
        if (logPath is not null) child.process.ErrorDataReceived += child.Record;
        try
        {
            child.process.Start();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new CliException(ExitCode.Machine, $"{name} does not start: {start.FileName}: {missing.Message}.", "Run ./ttame setup.");
        }
        if (logPath is null) return child;
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Ends when the process has ended; its exit code.</summary>
    public async Task<int> Ended(CancellationToken cancel)
    {
        await process.WaitForExitAsync(cancel);
        return process.ExitCode;
    }

    /// <summary>Asks again and again until <paramref name="ready"/> says yes.</summary>
    /// <exception cref="CliException">The process ended first, or the time is over.</exception>
    public async Task Until(Func<CancellationToken, Task<bool>> ready, TimeSpan limit, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        while (!await ready(cancel))
        {
            string where = logPath is null ? "" : $" Its last words:{Environment.NewLine}{LastLines()}{Environment.NewLine}All of them are in {logPath}.";
            if (process.HasExited) throw new CliException(ExitCode.Failed, $"{name} ended with exit code {process.ExitCode} before it was ready.", where.Trim());
            if (clock.Elapsed > limit) throw new CliException(ExitCode.Failed, $"{name} was not ready after {limit.TotalSeconds:0} s.", where.Trim());
            await Task.Delay(100, cancel);
        }
    }

    /// <summary>Ends the process at once (SIGKILL).</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    /// <summary>Asks the process to stop, waits, and ends it where it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            if (Signal(process.Id, Terminate) != 0) process.Kill(entireProcessTree: true);
            using var limit = new CancellationTokenSource(Grace);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        process.Dispose();
        if (log is not null) lock (log) log.Dispose();
    }

    private void Record(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null || log is null) return;
        lock (log) if (log.BaseStream is { CanWrite: true }) log.WriteLine(line.Data);
    }

    private string LastLines() => string.Join(Environment.NewLine, File.ReadLines(logPath!).TakeLast(8).Select(l => "    " + l));

    // .NET can only kill; a service is to finish what it has begun.
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int processId, int signal);
}
