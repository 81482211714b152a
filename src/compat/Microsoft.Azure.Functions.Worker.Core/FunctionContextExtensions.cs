using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextLoggerExtensions
{
    public static ILogger<T> GetLogger<T>(this FunctionContext context) => context.InstanceServices.GetRequiredService<ILogger<T>>();

    public static ILogger GetLogger(this FunctionContext context, string categoryName)
        => context.InstanceServices.GetRequiredService<ILoggerFactory>().CreateLogger(categoryName);
}

public static class FunctionContextBindingFeatureExtensions
{
    public static InvocationResult GetInvocationResult(this FunctionContext context)
        => context.Features.Get<InvocationResult>() ?? throw new InvalidOperationException("The invocation has no result yet.");
}

public static class FunctionContextHttpRequestExtensions
{
    public static ValueTask<HttpRequestData?> GetHttpRequestDataAsync(this FunctionContext context)
        => context.Features.Get<IHttpRequestDataFeature>() is { } feature ? feature.GetHttpRequestDataAsync(context) : default;

    public static HttpResponseData? GetHttpResponseData(this FunctionContext context)
        => context.Features.Get<InvocationResult>()?.Value as HttpResponseData;
}
