using LocalFunctionsHost.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalFunctionsHost.Http;

internal static class HttpBody
{
    /// <summary>The request's body through the worker's serializer; null where it is empty.</summary>
    public static async ValueTask<object?> ReadJsonAsync(HttpContext http, Type type, FunctionContext context)
    {
        var body = await BinaryData.FromStreamAsync(http.Request.Body, context.CancellationToken);
        if (type == typeof(string)) return body.ToString();
        if (type == typeof(byte[])) return body.ToArray();
        return body.ToMemory().Length == 0 ? null : ValueConverter.FromJson(body, type, context);
    }
}
