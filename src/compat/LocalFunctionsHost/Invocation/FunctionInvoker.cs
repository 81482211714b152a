using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using LocalFunctionsHost.Http;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Invocation;

/// <summary>Runs a function once: scope, middleware, parameters, the method, outputs, and the two lines in the log.</summary>
internal sealed class FunctionInvoker(IServiceProvider services, HostSettings settings, MiddlewareList middleware, Connections connections, ILoggerFactory logs)
{
    private readonly OutputWriter _outputs = new(connections, settings);

    public async Task<object?> InvokeAsync(InvocationRequest request, CancellationToken cancellation)
    {
        var function = request.Function;
        var log = logs.CreateLogger($"Function.{function.Name}");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (settings.FunctionTimeout is { } limit) timeout.CancelAfter(limit);
        await using var scope = services.CreateAsyncScope();
        var context = new InvocationContext(function, request.BindingData, scope.ServiceProvider, timeout.Token);
        if (request.Http is { } http)
        {
            http.RequestServices = scope.ServiceProvider;
            context.Items[HttpKeys.Context] = http;
            context.Features.Set<IHttpRequestDataFeature>(new HttpRequestFeature(http));
            if (scope.ServiceProvider.GetService<Microsoft.AspNetCore.Http.IHttpContextAccessor>() is { } accessor) accessor.HttpContext = http;
        }

        log.LogInformation("Executing 'Functions.{Function}' (Reason='{Reason}', Id={Id})", function.Name, request.Reason ?? "(null)", context.InvocationId);
        if (request.Details is not null) log.LogInformation("{Details}", request.Details);
        long start = Stopwatch.GetTimestamp();
        try
        {
            await Pipeline(request)(context);
            object? result = context.Features.Get<InvocationResult>()?.Value;
            if (request.Sent is { } sent) await sent(result);
            await _outputs.WriteAsync(function, result, request.BindingData, CancellationToken.None);
            log.LogInformation("Executed 'Functions.{Function}' (Succeeded, Id={Id}, Duration={Duration}ms)", function.Name, context.InvocationId, Milliseconds(start));
            return result;
        }
        catch (Exception failure)
        {
            log.LogError(failure, "Executed 'Functions.{Function}' (Failed, Id={Id}, Duration={Duration}ms)", function.Name, context.InvocationId, Milliseconds(start));
            if (settings.FunctionTimeout is { } after && timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
                throw new TimeoutException($"Timeout value of {after} was exceeded by function: Functions.{function.Name}", failure);
            throw;
        }
    }

    private static long Milliseconds(long start) => (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    private FunctionExecutionDelegate Pipeline(InvocationRequest request)
    {
        FunctionExecutionDelegate next = context => ExecuteAsync(request, context);
        for (int i = middleware.Parts.Count - 1; i >= 0; i--) next = middleware.Parts[i](next);
        return next;
    }

    private async Task ExecuteAsync(InvocationRequest request, FunctionContext context)
    {
        var method = request.Function.Method;
        var binder = new ParameterBinder(request, context, connections);
        object?[] arguments = await binder.BindAsync();
        object? instance = method.IsStatic ? null : ActivatorUtilities.CreateInstance(context.InstanceServices, method.DeclaringType!);
        try
        {
            object? Call() => CallMethod(method, instance, arguments);
            object? result = request.Around is { } around ? await around(Call) : await ReturnValues.AwaitAsync(Call());
            context.Features.Set<InvocationResult>(new Result { Value = result });
        }
        finally
        {
            binder.Dispose();
            if (instance is IAsyncDisposable later) await later.DisposeAsync();
            else (instance as IDisposable)?.Dispose();
        }
    }

    private static object? CallMethod(MethodInfo method, object? instance, object?[] arguments)
    {
        try
        {
            return method.Invoke(instance, arguments);
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Capture(inner).Throw();
            throw;
        }
    }
}
