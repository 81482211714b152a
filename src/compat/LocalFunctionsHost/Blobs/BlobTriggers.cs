using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Invocation;
using LocalFunctionsHost.Queues;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Blobs;

/// <summary>All blob triggers of the app: a scanner that enqueues new versions, and a pump that runs their functions.</summary>
internal sealed class BlobTriggers(
    HostSettings settings, FunctionCatalogue catalogue, Connections connections, IConfiguration configuration, FunctionInvoker invoker, Running running, ILoggerFactory logs) : IListener
{
    private const string HostsContainer = "azure-webjobs-hosts";
    private const string PoisonQueue = "webjobs-blobtrigger-poison";
    private static readonly PumpOptions Pace = new(1, TimeSpan.Zero, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
    private readonly ILogger _log = logs.CreateLogger("Host.Triggers.Blobs");
    private BlobScanner? _scanner;
    private IReadOnlyList<WatchedFunction> _watched = [];

    public async Task RunAsync(CancellationToken stop)
    {
        _watched = [.. catalogue.Enabled.Where(f => f.Trigger is BlobTriggerAttribute { Source: BlobTriggerSource.LogsAndContainerScan }).Select(Watch)];
        if (_watched.Count == 0) return;
        var hosts = connections.Blobs(null).GetBlobContainerClient(HostsContainer);
        var queue = connections.Queues(null).GetQueueClient($"azure-webjobs-blobtrigger-{settings.HostId}");
        await StorageIsThere.WaitAsync(async () =>
        {
            await hosts.CreateIfNotExistsAsync(cancellationToken: stop);
            await queue.CreateIfNotExistsAsync(cancellationToken: stop);
        }, _log, stop);
        _scanner = new BlobScanner(_watched, hosts, settings.HostId, queue, _log);
        var pump = new QueuePump(queue, Pace with { AtOnce = settings.MaxBlobs, Hidden = settings.Lease }, running, WorkAsync);
        await Task.WhenAll(pump.RunAsync(stop), ScanAsync(_scanner, pump, stop));
    }

    private WatchedFunction Watch(FunctionEntry function)
    {
        var trigger = (BlobTriggerAttribute)function.Trigger;
        return new(function, BlobPath.Parse(SettingNames.Resolve(trigger.BlobPath, configuration)), connections.Blobs(trigger.Connection));
    }

    private async Task ScanAsync(BlobScanner scanner, QueuePump pump, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                if (await scanner.PollAsync(stop) > 0) pump.Wake();
            }
            catch (Exception storage) when (storage is RequestFailedException or AggregateException)
            {
                _log.LogWarning("Scanning for blobs failed and is tried again: {Message}", storage.Message);
            }

            await Task.Delay(settings.Scan, stop);
        }
    }

    private async Task<Verdict> WorkAsync(QueueMessage raw, CancellationToken abandoned)
    {
        var message = BlobMessage.Parse(raw.Body.ToString());
        var target = _watched.FirstOrDefault(w => w.Function.Id == message?.FunctionId && w.Path.Container == message.ContainerName);
        if (message is null || target is null) return Verdict.Done;
        var blob = target.Service.GetBlobContainerClient(message.ContainerName).GetBlobClient(message.BlobName);
        BlobProperties properties;
        try
        {
            properties = await blob.GetPropertiesAsync(cancellationToken: abandoned);
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            return Verdict.Done;
        }

        if (properties.ETag.ToString("H") != message.ETag)
        {
            // Overwritten since: the new version has, or gets, a message of its own.
            await _scanner!.NotifyAsync(target, message.BlobName, properties.BlobType, properties.ETag, abandoned);
            return Verdict.Done;
        }

        // A worker killed again and again by one blob must not be killed for ever.
        if (raw.DequeueCount > settings.PoisonBlobThreshold)
        {
            await PoisonAsync(target, raw);
            return Verdict.Done;
        }

        try
        {
            string details = string.Create(CultureInfo.InvariantCulture, $"Trigger Details: MessageId: {raw.MessageId}, DequeueCount: {raw.DequeueCount}, InsertedOn: {raw.InsertedOn:o}, BlobCreated: {properties.CreatedOn:o}, BlobLastModified: {properties.LastModified:o}");
            await RunAsync(target, message.BlobName, properties, $"New blob detected(LogsAndContainerScan): {message.ContainerName}/{message.BlobName}", details, abandoned);
            return Verdict.Done;
        }
        catch (Exception)
        {
            // Logged by the invoker. A stop is no failing of the blob's, but counts as an attempt like a crash.
            if (raw.DequeueCount < settings.PoisonBlobThreshold) return Verdict.Again;
            await PoisonAsync(target, raw);
            return Verdict.Done;
        }
    }

    /// <summary>Runs a function on a blob by its path, without receipt or queue; null where no pattern fits.</summary>
    public async Task<Task?> ByHandAsync(FunctionEntry function, string path, CancellationToken abandoned)
    {
        var target = Watch(function);
        var (container, name) = BlobPath.Split(path);
        if (container != target.Path.Container || target.Path.Match(name) is null) return null;
        var properties = await target.Service.GetBlobContainerClient(container).GetBlobClient(name).GetPropertiesAsync(cancellationToken: abandoned);
        return RunAsync(target, name, properties, Reasons.Programmatic, null, abandoned);
    }

    private Task RunAsync(WatchedFunction target, string name, BlobProperties properties, string reason, string? details, CancellationToken abandoned)
    {
        var container = target.Service.GetBlobContainerClient(target.Path.Container);
        var data = BindingData(target, name, properties, container.GetBlobClient(name).Uri);
        return invoker.InvokeAsync(
            new InvocationRequest(target.Function, reason, data, (type, context) => BlobValues.BindAsync(container, name, type, context, context.CancellationToken)) { Details = details },
            abandoned);
    }

    private static Dictionary<string, object?> BindingData(WatchedFunction target, string name, BlobProperties properties, Uri uri)
    {
        Dictionary<string, object?> data = new(StringComparer.OrdinalIgnoreCase)
        {
            ["BlobTrigger"] = $"{target.Path.Container}/{name}",
            // As the real host sends it: everything that is no text travels as JSON.
            ["Uri"] = JsonSerializer.Serialize(uri),
            ["Metadata"] = JsonSerializer.Serialize(properties.Metadata),
            ["Properties"] = JsonSerializer.Serialize(new
            {
                properties.LastModified, properties.CreatedOn, properties.ContentLength, properties.ContentType, ETag = properties.ETag.ToString("H"), BlobType = properties.BlobType.ToString(), properties.ContentHash,
            }),
        };
        foreach (var (token, value) in target.Path.Match(name)!) data[token] = value;
        return data;
    }

    private async Task PoisonAsync(WatchedFunction target, QueueMessage raw)
    {
        _log.LogWarning("Message has reached MaxDequeueCount of {Max}. Moving message to queue '{Queue}'.", settings.PoisonBlobThreshold, PoisonQueue);
        var queue = connections.Queues(((BlobTriggerAttribute)target.Function.Trigger).Connection).GetQueueClient(PoisonQueue);
        await queue.CreateIfNotExistsAsync();
        await queue.SendMessageAsync(raw.Body);
    }
}
