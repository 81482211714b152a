using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Invocation;
using LocalFunctionsHost.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalFunctionsHost.Http;

/// <summary>A room that adds endpoints of its own to the front (admin, durable management).</summary>
internal interface IHostEndpoints
{
    void Map(IEndpointRouteBuilder routes, KeyGate gate);
}

/// <summary>Kestrel on one address and port: the HTTP functions, the home page, and other rooms' endpoints.</summary>
internal sealed class HttpFront(
    HostSettings settings, FunctionCatalogue catalogue, FunctionInvoker invoker, Running running, KeyGate gate, IEnumerable<IHostEndpoints> others, ILoggerFactory logs) : IAsyncDisposable
{
    private const long MaxBody = 104_857_600;
    private WebApplication? _web;

    /// <summary>Where it really listens (port 0 takes a free one).</summary>
    public string BaseUri { get; private set; } = "";

    public async Task StartAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = settings.ScriptRoot });
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new Forward(logs));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.AddServerHeader = false;
        });
        string host = settings.Address is "localhost" ? "127.0.0.1" : settings.Address.Contains(':') ? $"[{settings.Address}]" : settings.Address;
        builder.WebHost.UseUrls($"http://{host}:{settings.Port}");
        builder.Services.AddRouting().AddCors();
        builder.Services.Configure<RouteOptions>(options => options.SetParameterPolicy<Microsoft.AspNetCore.Routing.Constraints.RegexInlineRouteConstraint>("regex"));
        _web = builder.Build();
        if (settings.CorsOrigins.Count > 0)
            _web.UseCors(policy => _ = settings.CorsOrigins.Contains("*") ? policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod() : policy.WithOrigins([.. settings.CorsOrigins]).AllowAnyHeader().AllowAnyMethod());
        _web.UseRouting();
        MapFunctions(_web);
        foreach (var other in others) other.Map(_web, gate);
        _web.MapGet("/", HomeAsync);
        try
        {
            await _web.StartAsync(cancellation);
        }
        catch (IOException)
        {
            throw new HostSettingsException($"Port {settings.Port} is unavailable. Close the process using that port, or specify another port using --port [-p].");
        }

        BaseUri = _web.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_web is not null) await _web.StopAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null) await _web.DisposeAsync();
    }

    public string RouteOf(FunctionEntry function)
    {
        string route = ((HttpTriggerAttribute)function.Trigger).Route ?? function.Name;
        return string.Join('/', new[] { settings.RoutePrefix, route }.Where(part => part.Length > 0));
    }

    private void MapFunctions(WebApplication web)
    {
        foreach (var function in catalogue.Enabled.Where(f => f.Trigger is HttpTriggerAttribute))
        {
            var trigger = (HttpTriggerAttribute)function.Trigger;
            string route = "/" + RouteOf(function);
            RequestDelegate handler = http => HandleAsync(function, trigger, http);
            _ = trigger.Methods is { Length: > 0 } methods ? web.MapMethods(route, methods.Select(m => m.ToUpperInvariant()), handler) : web.Map(route, handler);
        }

        // The real host answers a wrong method with 404, not with routing's 405.
        web.Use(async (http, next) =>
        {
            if (http.GetEndpoint() is { DisplayName: "405 HTTP Method Not Supported" }) http.Response.StatusCode = StatusCodes.Status404NotFound;
            else await next();
        });
    }

    private async Task HandleAsync(FunctionEntry function, HttpTriggerAttribute trigger, HttpContext http)
    {
        if (!gate.Admits(http.Request, trigger.AuthLevel, function.Name))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (!running.TryEnter(out var stop))
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using var linked = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stop);
        try
        {
            Dictionary<string, object?> data = new(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, value) in http.Request.Query) data[name] = value.ToString();
            foreach (var (name, value) in http.Request.RouteValues) data[name] = value;
            var request = new InvocationRequest(function, Reasons.Programmatic, data, (type, context) => HttpBody.ReadJsonAsync(http, type, context))
            {
                Http = http,
                Sent = result => HttpResults.SendAsync(result, http),
            };
            await invoker.InvokeAsync(request, linked.Token);
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            http.Response.StatusCode = failure is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
        }
        finally
        {
            running.Leave();
        }
    }

    private static Task HomeAsync(HttpContext http)
    {
        if ("true".Equals(Environment.GetEnvironmentVariable("AzureWebJobsDisableHomepage"), StringComparison.OrdinalIgnoreCase))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync("<!doctype html><html lang=\"en\"><title>Functions</title><body><h1>Your Functions 4.0 app is up and running</h1></body></html>");
    }

    /// <summary>Kestrel's own lines go to the app's log.</summary>
    private sealed class Forward(ILoggerFactory logs) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logs.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
