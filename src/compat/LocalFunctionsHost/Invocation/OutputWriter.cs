using System.Collections;
using System.Reflection;
using System.Text.Json;
using Azure.Core.Serialization;
using Azure.Storage.Queues;
using LocalFunctionsHost.Blobs;
using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalFunctionsHost.Invocation;

/// <summary>Writes what a function returned to its output bindings, after it succeeded.</summary>
internal sealed class OutputWriter(Connections connections, HostSettings settings)
{
    private static readonly JsonObjectSerializer Json = new(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });

    public async Task WriteAsync(FunctionEntry function, object? result, IReadOnlyDictionary<string, object?> data, CancellationToken cancellation)
    {
        if (result is null) return;
        if (function.Method.GetCustomAttribute<OutputBindingAttribute>() is { } own) await WriteOneAsync(function, own, result, data, cancellation);
        foreach (var property in result.GetType().GetProperties())
            if (property.GetCustomAttribute<OutputBindingAttribute>() is { } output && property.GetValue(result) is { } value)
                await WriteOneAsync(function, output, value, data, cancellation);
    }

    private async Task WriteOneAsync(FunctionEntry function, OutputBindingAttribute output, object value, IReadOnlyDictionary<string, object?> data, CancellationToken cancellation)
    {
        switch (output)
        {
            case BlobOutputAttribute blob:
                var (container, name) = BlobPath.Split(BindingTemplate.Fill(connections.Resolve(blob.BlobPath), data, function.Name));
                var client = connections.Blobs(blob.Connection).GetBlobContainerClient(container);
                await client.CreateIfNotExistsAsync(cancellationToken: cancellation);
                await client.GetBlobClient(name).UploadAsync(Content(value), overwrite: true, cancellation);
                break;
            case QueueOutputAttribute queue:
                var sender = connections.Queues(queue.Connection, Queues.QueueSettings.Encoding(settings)).GetQueueClient(BindingTemplate.Fill(connections.Resolve(queue.QueueName), data, function.Name));
                await sender.CreateIfNotExistsAsync(cancellationToken: cancellation);
                foreach (object message in Messages(value)) await sender.SendMessageAsync(Content(message), cancellationToken: cancellation);
                break;
        }
    }

    private static IEnumerable<object> Messages(object value) => value is IEnumerable many and not string and not byte[] and not IDictionary ? many.Cast<object>() : [value];

    private static BinaryData Content(object value) => value switch
    {
        byte[] bytes => BinaryData.FromBytes(bytes),
        string text => BinaryData.FromString(text),
        BinaryData data => data,
        _ => Json.Serialize(value),
    };
}
