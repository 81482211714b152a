using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Compat.Functions.Tests;

/// <summary>The sample app as a process of its own, with a folder of settings that outlives it.</summary>
internal sealed partial class SampleProcess : IDisposable
{
    private const int Sigterm = 15;
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource<Uri> _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SampleProcess(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>A folder with host.json and local.settings.json.</summary>
    public static string Folder(Dictionary<string, string> values)
    {
        string folder = Directory.CreateTempSubdirectory("functions-").FullName;
        File.WriteAllText(Path.Combine(folder, "host.json"), """{"version":"2.0","extensions":{"durableTask":{"hubName":"kill","maxConcurrentActivityFunctions":4}}}""");
        File.WriteAllText(Path.Combine(folder, "local.settings.json"), JsonSerializer.Serialize(new { IsEncrypted = false, Values = values }));
        return folder;
    }

    public static SampleProcess Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        string[] all = [Path.Combine(AppContext.BaseDirectory, "SampleFunctions.dll"), "--script-root", folder, .. arguments];
        foreach (string argument in all) start.ArgumentList.Add(argument);
        var sample = new SampleProcess(Process.Start(start)!);
        sample._process.OutputDataReceived += (_, line) => sample.Notice(line.Data);
        sample._process.ErrorDataReceived += (_, line) => sample.Notice(line.Data);
        sample._process.BeginOutputReadLine();
        sample._process.BeginErrorReadLine();
        return sample;
    }

    public async Task ListensAsync()
    {
        await Task.WhenAny(_listens.Task, _process.WaitForExitAsync()).WaitAsync(TimeSpan.FromSeconds(90));
        Assert.True(_listens.Task.IsCompleted, Output);
        Http.BaseAddress = await _listens.Task;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks it to stop, as Ctrl+C and a container's stop do.</summary>
    public async Task<int> StopAsync()
    {
        Assert.Equal(0, Signal(_process.Id, Sigterm));
        return await ExitAsync();
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public async Task<JsonElement> StatusAsync(string id) => await Http.GetFromJsonAsync<JsonElement>($"/runtime/webhooks/durabletask/instances/{id}");

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
        Http.Dispose();
    }

    private void Notice(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
        if (Listening().Match(line) is { Success: true } match) _listens.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    [GeneratedRegex(@"^\tGreet: \[GET,POST\] (http://localhost:\d+)/")]
    private static partial Regex Listening();
}
