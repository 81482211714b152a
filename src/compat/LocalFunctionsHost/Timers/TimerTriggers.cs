using System.Globalization;
using System.Text.Json;
using Azure;
using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Invocation;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Timers;

/// <summary>All timer triggers of the app. With the monitor on, the last and next times are kept in storage, so that a missed time fires late.</summary>
internal sealed class TimerTriggers(
    HostSettings settings, FunctionCatalogue catalogue, Connections connections, IConfiguration configuration, FunctionInvoker invoker, Running running, ILoggerFactory logs) : IListener
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private readonly ILogger _log = logs.CreateLogger("Host.Triggers.Timer");

    public Task RunAsync(CancellationToken stop)
        => Task.WhenAll(catalogue.Enabled.Where(f => f.Trigger is TimerTriggerAttribute).Select(function => RunAsync(function, stop)));

    /// <summary>Fires it now.</summary>
    public Task FireAsync(FunctionEntry function, TimerInfo info, string reason, CancellationToken abandoned)
        => invoker.InvokeAsync(
            new InvocationRequest(function, reason, new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase), (type, context) =>
                new(type == typeof(TimerInfo) ? info : ValueConverter.Convert(JsonSerializer.Serialize(info), type, function.TriggerParameter.Name!, context))),
            abandoned);

    private async Task RunAsync(FunctionEntry function, CancellationToken stop)
    {
        var trigger = (TimerTriggerAttribute)function.Trigger;
        var schedule = TimerSchedule.Parse(SettingNames.Resolve(trigger.Schedule, configuration));
        ScheduleStatus? status = null;
        if (trigger.UseMonitor) await StorageIsThere.WaitAsync(async () => status = await ReadAsync(function, stop), _log, stop);
        if (trigger.RunOnStartup) await FireOnceAsync(function, new TimerInfo { ScheduleStatus = status });
        else if (status is not null && status.Next < DateTime.UtcNow && status.Next != default)
        {
            await FireOnceAsync(function, new TimerInfo { ScheduleStatus = status, IsPastDue = true });
            status.Last = DateTime.UtcNow;
        }

        while (true)
        {
            var next = schedule.After(DateTime.UtcNow);
            status = new ScheduleStatus { Last = status?.Last ?? default, Next = next, LastUpdated = DateTime.UtcNow };
            if (trigger.UseMonitor) await WriteAsync(function, status);
            for (var wait = next - DateTime.UtcNow; wait > TimeSpan.Zero; wait = next - DateTime.UtcNow)
                await Task.Delay(wait < LongestWait ? wait : LongestWait, stop);
            await FireOnceAsync(function, new TimerInfo { ScheduleStatus = status });
            status.Last = next;
        }
    }

    private async Task FireOnceAsync(FunctionEntry function, TimerInfo info)
    {
        if (!running.TryEnter(out var abandoned)) return;
        try
        {
            await FireAsync(function, info, string.Create(CultureInfo.InvariantCulture, $"Timer fired at {DateTimeOffset.Now:o}"), abandoned);
        }
        catch (Exception)
        {
            // Logged by the invoker; the next time comes all the same.
        }
        finally
        {
            running.Leave();
        }
    }

    private Azure.Storage.Blobs.BlobClient Blob(FunctionEntry function)
        => connections.Blobs(null).GetBlobContainerClient("azure-webjobs-hosts").GetBlobClient($"timers/{settings.HostId}/{function.Id}/status");

    private async Task<ScheduleStatus?> ReadAsync(FunctionEntry function, CancellationToken stop)
    {
        await connections.Blobs(null).GetBlobContainerClient("azure-webjobs-hosts").CreateIfNotExistsAsync(cancellationToken: stop);
        try
        {
            return (await Blob(function).DownloadContentAsync(stop)).Value.Content.ToObjectFromJson<ScheduleStatus>();
        }
        catch (Exception none) when (none is RequestFailedException { Status: 404 } or JsonException)
        {
            return null;
        }
    }

    private async Task WriteAsync(FunctionEntry function, ScheduleStatus status)
    {
        try
        {
            await Blob(function).UploadAsync(BinaryData.FromObjectAsJson(status), overwrite: true);
        }
        catch (Exception storage) when (storage is RequestFailedException or AggregateException)
        {
            _log.LogWarning("The schedule of '{Function}' was not kept: {Message}", function.Name, storage.Message);
        }
    }
}
