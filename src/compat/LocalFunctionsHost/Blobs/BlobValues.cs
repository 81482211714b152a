using System.Collections;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using LocalFunctionsHost.Invocation;
using Microsoft.Azure.Functions.Worker;

namespace LocalFunctionsHost.Blobs;

/// <summary>Makes the value of a blob parameter: text, bytes, a stream, a client, JSON, or many of them below a prefix.</summary>
internal static class BlobValues
{
    public static async ValueTask<object?> BindAsync(BlobContainerClient container, string name, Type type, FunctionContext context, CancellationToken cancellation)
    {
        if (type == typeof(BlobContainerClient))
            return Path.HasExtension(name)
                ? throw new InvalidOperationException("Binding to a BlobContainerClient with a blob path is not supported. Either bind to the container path, or use BlobClient instead.")
                : container;
        if (ElementType(type) is { } element && (name.Length == 0 || !await container.GetBlobClient(name).ExistsAsync(cancellation)))
            return await ManyAsync(container, name, type, element, context, cancellation);
        return await OneAsync(container, name, type, context, cancellation);
    }

    private static async Task<object?> OneAsync(BlobContainerClient container, string name, Type type, FunctionContext context, CancellationToken cancellation)
    {
        if (type == typeof(BlobClient)) return container.GetBlobClient(name);
        if (type == typeof(BlobBaseClient)) return container.GetBlobBaseClient(name);
        if (type == typeof(BlockBlobClient)) return container.GetBlockBlobClient(name);
        if (type == typeof(PageBlobClient)) return container.GetPageBlobClient(name);
        if (type == typeof(AppendBlobClient)) return container.GetAppendBlobClient(name);
        var blob = container.GetBlobClient(name);
        if (type == typeof(Stream)) return await blob.OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), cancellation);
        var content = (await blob.DownloadContentAsync(cancellation)).Value.Content;
        if (type == typeof(string)) return content.ToString();
        if (type == typeof(byte[])) return content.ToArray();
        if (type == typeof(BinaryData)) return content;
        try
        {
            return ValueConverter.FromJson(content, type, context);
        }
        catch (System.Text.Json.JsonException bad)
        {
            throw new InvalidOperationException(
                $"Binding parameters to complex objects (such as '{type.Name}') uses JSON serialization. 1. Bind the parameter type as 'string' instead to get the raw values and avoid JSON deserialization, or 2. Change the blob to be valid json.", bad);
        }
    }

    private static async Task<object?> ManyAsync(BlobContainerClient container, string prefix, Type type, Type element, FunctionContext context, CancellationToken cancellation)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        await foreach (var item in container.GetBlobsAsync(prefix: prefix, cancellationToken: cancellation))
            list.Add(await OneAsync(container, item.Name, element, context, cancellation));
        if (!type.IsArray) return list;
        var array = Array.CreateInstance(element, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    private static Type? ElementType(Type type)
    {
        if (type.IsArray && type != typeof(byte[])) return type.GetElementType();
        return type.IsGenericType && type.GetGenericTypeDefinition() is { } open && (open == typeof(IEnumerable<>) || open == typeof(List<>)) ? type.GetGenericArguments()[0] : null;
    }
}
