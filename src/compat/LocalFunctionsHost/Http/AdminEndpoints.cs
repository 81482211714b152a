using System.Diagnostics;
using System.Text.Json;
using Azure;
using LocalFunctionsHost.Blobs;
using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Queues;
using LocalFunctionsHost.Settings;
using LocalFunctionsHost.Timers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace LocalFunctionsHost.Http;

/// <summary>The part of <c>/admin</c> that makes sense on one machine: run a function by hand, list functions, status, ping.</summary>
internal sealed class AdminEndpoints(FunctionCatalogue catalogue, HostSettings settings, BlobTriggers blobs, QueueTriggers queues, TimerTriggers timers, Running running) : IHostEndpoints
{
    public void Map(IEndpointRouteBuilder routes, KeyGate gate)
    {
        RequestDelegate Guarded(Func<HttpContext, Task> inner) => http =>
        {
            if (gate.Admits(http.Request, AuthorizationLevel.Admin, "")) return inner(http);
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
        routes.MapPost("/admin/functions/{name}", Guarded(RunAsync));
        routes.MapGet("/admin/functions", Guarded(http => http.Response.WriteAsJsonAsync(catalogue.All.Select(Describe))));
        routes.MapGet("/admin/functions/{name}", Guarded(http => WithFunction(http, f => http.Response.WriteAsJsonAsync(Describe(f)))));
        routes.MapGet("/admin/functions/{name}/status", Guarded(http => WithFunction(http, _ => http.Response.WriteAsJsonAsync(new { errors = Array.Empty<string>() }))));
        routes.MapGet("/admin/host/status", Guarded(http => http.Response.WriteAsJsonAsync(new
        {
            id = settings.HostId,
            state = running.Abandoned.IsCancellationRequested ? "Stopping" : "Running",
            version = "4.0.0.0",
            versionDetails = "local development host",
            computerName = Environment.MachineName,
            processUptime = (long)(DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds,
        })));
        routes.MapMethods("/admin/host/ping", ["GET", "POST"], Guarded(_ => Task.CompletedTask));
    }

    private static object Describe(FunctionEntry function) => new
    {
        name = function.Name,
        language = "dotnet-isolated",
        isDisabled = function.Disabled,
        config = new { entryPoint = function.Definition.EntryPoint, bindings = function.Definition.InputBindings.Values.Select(b => new { name = b.Name, type = b.Type, direction = b.Direction.ToString() }) },
    };

    private Task WithFunction(HttpContext http, Func<FunctionEntry, Task> answer)
    {
        if (catalogue.Find((string)http.Request.RouteValues["name"]!) is { } function) return answer(function);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private Task RunAsync(HttpContext http) => WithFunction(http, async function =>
    {
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        if (!http.Request.HasJsonContentType()) return;
        string input;
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            input = body.RootElement.TryGetProperty("input", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return;
        }

        if (!running.TryEnter(out var abandoned))
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        Task? run;
        try
        {
            run = function.Trigger switch
            {
                BlobTriggerAttribute => await blobs.ByHandAsync(function, input, abandoned),
                QueueTriggerAttribute => queues.ByHandAsync(function, input, abandoned),
                TimerTriggerAttribute => timers.FireAsync(function, new TimerInfo(), Reasons.Programmatic, abandoned),
                _ => null,
            };
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            run = null;
        }

        if (run is null)
        {
            running.Leave();
            return;
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        _ = run.ContinueWith(_ => running.Leave(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    });
}
