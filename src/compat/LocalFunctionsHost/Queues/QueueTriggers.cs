using System.Text.Json;
using Azure.Storage.Queues.Models;
using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Invocation;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Queues;

/// <summary>All queue triggers of the app, one pump each.</summary>
internal sealed class QueueTriggers(
    HostSettings settings, FunctionCatalogue catalogue, Connections connections, IConfiguration configuration, FunctionInvoker invoker, Running running, ILoggerFactory logs) : IListener
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private readonly ILogger _log = logs.CreateLogger("Host.Triggers.Queues");

    public Task RunAsync(CancellationToken stop)
        => Task.WhenAll(catalogue.Enabled.Where(f => f.Trigger is QueueTriggerAttribute).Select(function => RunAsync(function, stop)));

    private async Task RunAsync(FunctionEntry function, CancellationToken stop)
    {
        var trigger = (QueueTriggerAttribute)function.Trigger;
        var options = QueueSettings.Of(settings);
        string name = SettingNames.Resolve(trigger.QueueName, configuration);
        var queues = connections.Queues(trigger.Connection, QueueSettings.Encoding(settings));
        var queue = queues.GetQueueClient(name);
        await StorageIsThere.WaitAsync(() => queue.CreateIfNotExistsAsync(cancellationToken: stop), _log, stop);
        var pump = new QueuePump(queue, new PumpOptions(options.BatchSize + options.NewBatchThreshold, settings.Lease, Shortest, options.MaxPollingInterval), running, WorkAsync);
        await pump.RunAsync(stop);

        async Task<Verdict> WorkAsync(QueueMessage message, CancellationToken abandoned)
        {
            if (message.DequeueCount <= options.MaxDequeueCount)
            {
                try
                {
                    await invoker.InvokeAsync(Request(function, message, $"New queue message detected on '{name}'."), abandoned);
                    return Verdict.Done;
                }
                catch (Exception) when (message.DequeueCount < options.MaxDequeueCount)
                {
                    return new Verdict(options.VisibilityTimeout);
                }
                catch (Exception)
                {
                    // The last attempt: on to the poison queue.
                }
            }

            _log.LogWarning("Message has reached MaxDequeueCount of {Max}. Moving message to queue '{Queue}-poison'.", options.MaxDequeueCount, name);
            var poison = queues.GetQueueClient($"{name}-poison");
            await poison.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None);
            await poison.SendMessageAsync(message.Body);
            return Verdict.Done;
        }
    }

    /// <summary>Runs the function on a message given by hand.</summary>
    public Task ByHandAsync(FunctionEntry function, string text, CancellationToken abandoned)
        => invoker.InvokeAsync(Request(function, QueuesModelFactory.QueueMessage(Guid.NewGuid().ToString(), "", BinaryData.FromString(text), 1), Reasons.Programmatic), abandoned);

    private static InvocationRequest Request(FunctionEntry function, QueueMessage message, string reason)
    {
        string text = message.Body.ToString();
        Dictionary<string, object?> data = new(StringComparer.OrdinalIgnoreCase)
        {
            ["QueueTrigger"] = text,
            ["Id"] = message.MessageId,
            ["PopReceipt"] = message.PopReceipt,
            ["DequeueCount"] = JsonSerializer.Serialize(message.DequeueCount),
            ["InsertionTime"] = JsonSerializer.Serialize(message.InsertedOn),
            ["ExpirationTime"] = JsonSerializer.Serialize(message.ExpiresOn),
            ["NextVisibleTime"] = JsonSerializer.Serialize(message.NextVisibleOn),
        };
        AddMembers(text, data);
        return new InvocationRequest(function, reason, data, (type, context) =>
            new(type == typeof(QueueMessage) ? message : ValueConverter.Convert(text, type, function.TriggerParameter.Name!, context)));
    }

    // A JSON object's members are binding data for output paths.
    private static void AddMembers(string text, Dictionary<string, object?> data)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{")) return;
        try
        {
            using var json = JsonDocument.Parse(text);
            foreach (var member in json.RootElement.EnumerateObject())
                data.TryAdd(member.Name, member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Value.GetRawText());
        }
        catch (JsonException)
        {
            // Plain text that begins with a brace.
        }
    }
}
