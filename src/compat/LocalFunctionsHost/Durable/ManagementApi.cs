using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalFunctionsHost.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace LocalFunctionsHost.Durable;

/// <summary>The HTTP management API under <c>/runtime/webhooks/durabletask</c>.</summary>
internal sealed class ManagementApi(DurableEngine engine, EngineClient client, DurableSettings settings) : IHostEndpoints
{
    public const string Root = "/runtime/webhooks/durabletask";
    private const string SystemKey = "durabletask_extension";
    private const string Continuation = "x-ms-continuation-token";
    private static readonly JsonSerializerOptions Json = new();

    public void Map(IEndpointRouteBuilder routes, KeyGate gate)
    {
        if (!engine.IsUsed) return;
        RequestDelegate Guarded(Func<HttpContext, Task> inner) => http => GuardAsync(http, gate, inner);
        routes.MapPost(Root + "/orchestrators/{functionName}/{instanceId?}", Guarded(StartAsync));
        routes.MapGet(Root + "/instances/{instanceId}", Guarded(StatusAsync));
        routes.MapGet(Root + "/instances", Guarded(ListAsync));
        routes.MapDelete(Root + "/instances/{instanceId}", Guarded(PurgeOneAsync));
        routes.MapDelete(Root + "/instances", Guarded(PurgeManyAsync));
        routes.MapPost(Root + "/instances/{instanceId}/raiseEvent/{eventName}", Guarded(RaiseAsync));
        routes.MapPost(Root + "/instances/{instanceId}/terminate", Guarded(http => OrderAsync(http, (id, reason, stop) => client.TerminateInstanceAsync(id, (object?)reason, stop))));
        routes.MapPost(Root + "/instances/{instanceId}/suspend", Guarded(http => OrderAsync(http, client.SuspendInstanceAsync)));
        routes.MapPost(Root + "/instances/{instanceId}/resume", Guarded(http => OrderAsync(http, client.ResumeInstanceAsync)));
        routes.MapPost(Root + "/instances/{instanceId}/rewind", Guarded(RewindAsync));
        routes.MapPost(Root + "/instances/{instanceId}/restart", Guarded(RestartAsync));
        // Another method or path is not found, as the extension has it; routing alone would say that the method is not allowed.
        routes.Map(Root + "/{**rest}", Guarded(http => Task.FromResult(http.Response.StatusCode = StatusCodes.Status404NotFound)));
    }

    private static async Task GuardAsync(HttpContext http, KeyGate gate, Func<HttpContext, Task> inner)
    {
        if (!gate.Admits(http.Request, AuthorizationLevel.System, SystemKey))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            await inner(http);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !http.Response.HasStarted)
        {
            await ErrorAsync(http, failure is ArgumentException or JsonException ? StatusCodes.Status400BadRequest : StatusCodes.Status500InternalServerError, failure.Message);
        }
    }

    private static Task ErrorAsync(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { message }, Json);
    }

    private static string IdOf(HttpContext http) => (string)http.Request.RouteValues["instanceId"]!;

    private static bool Flag(HttpContext http, string name, bool otherwise) => bool.TryParse(http.Request.Query[name], out bool value) ? value : otherwise;

    private async Task StartAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        string id;
        try
        {
            id = await client.ScheduleNewOrchestrationInstanceAsync(
                (string)http.Request.RouteValues["functionName"]!, body, new Microsoft.DurableTask.StartOrchestrationOptions((string?)http.Request.RouteValues["instanceId"]), http.RequestAborted);
        }
        catch (Exception refused) when (refused is InvalidOperationException or DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException)
        {
            await ErrorAsync(http, StatusCodes.Status400BadRequest, refused.Message);
            return;
        }

        if (Seconds(http, "timeout") is { } timeout && Seconds(http, "pollingInterval") is not null)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
            limit.CancelAfter(timeout);
            try
            {
                await client.WaitForInstanceCompletionAsync(id, limit.Token);
                http.Request.RouteValues["instanceId"] = id;
                await StatusAsync(http);
                return;
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                // Not in time: the caller polls.
            }
        }

        await AcceptedAsync(http, id);
    }

    private static TimeSpan? Seconds(HttpContext http, string name)
        => double.TryParse(http.Request.Query[name], CultureInfo.InvariantCulture, out double value) && value > 0 ? TimeSpan.FromSeconds(value) : null;

    private async Task AcceptedAsync(HttpContext http, string id)
    {
        string instance = $"{http.Request.Scheme}://{http.Request.Host}{Root}/instances/{Uri.EscapeDataString(id)}";
        string query = $"taskHub={settings.Hub}&connection={settings.Connection ?? "Storage"}" + (http.Request.Query["code"] is [{ Length: > 0 } code] ? $"&code={Uri.EscapeDataString(code)}" : "");
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.Headers.Location = $"{instance}?{query}";
        http.Response.Headers.RetryAfter = "10";
        await http.Response.WriteAsJsonAsync(
            new
            {
                id,
                statusQueryGetUri = $"{instance}?{query}",
                sendEventPostUri = $"{instance}/raiseEvent/{{eventName}}?{query}",
                terminatePostUri = $"{instance}/terminate?reason={{text}}&{query}",
                purgeHistoryDeleteUri = $"{instance}?{query}",
                restartPostUri = $"{instance}/restart?{query}",
                suspendPostUri = $"{instance}/suspend?reason={{text}}&{query}",
                resumePostUri = $"{instance}/resume?reason={{text}}&{query}",
            },
            Json);
    }

    private async Task StatusAsync(HttpContext http)
    {
        var state = await engine.StateOfAsync(IdOf(http), http.RequestAborted);
        if (state is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        bool failed = state.Status == OrchestrationRuntimeStatus.Failed && Flag(http, "returnInternalServerErrorOnFailure", false);
        http.Response.StatusCode = failed ? StatusCodes.Status500InternalServerError : state.Ended ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        if (!state.Ended)
        {
            http.Response.Headers.Location = http.Request.GetEncodedUrl();
            http.Response.Headers.RetryAfter = "5";
        }

        var json = StatusJson.Of(state, Flag(http, "showInput", true));
        if (Flag(http, "showHistory", false))
        {
            bool output = Flag(http, "showHistoryOutput", false);
            var history = engine.Find(state.Id)?.History ?? await HistoryOf.ReadAsync(engine.Store, state, output, http.RequestAborted);
            json["historyEvents"] = StatusJson.History(history, output);
        }

        await WriteAsync(http, json);
    }

    private async Task ListAsync(HttpContext http)
    {
        var query = new OrchestrationQuery(
            Time(http, "createdTimeFrom"), Time(http, "createdTimeTo"), Statuses(http), null, http.Request.Query["instanceIdPrefix"],
            int.TryParse(http.Request.Query["top"], out int top) && top > 0 ? top : OrchestrationQuery.DefaultPageSize, true, http.Request.Headers[Continuation].FirstOrDefault());
        bool showInput = Flag(http, "showInput", true);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages().WithCancellation(http.RequestAborted))
        {
            if (page.ContinuationToken is { } next) http.Response.Headers[Continuation] = next;
            await WriteAsync(http, new JsonArray([.. page.Values.Select(m => StatusJson.Of(m, showInput))]));
            return;
        }
    }

    private async Task PurgeOneAsync(HttpContext http) => await PurgedAsync(http, (await client.PurgeInstanceAsync(IdOf(http), http.RequestAborted)).PurgedInstanceCount);

    private async Task PurgeManyAsync(HttpContext http)
    {
        var from = Time(http, "createdTimeFrom") ?? throw new ArgumentException("Please provide value for 'createdTimeFrom' parameter.");
        var statuses = Statuses(http) ?? [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        await PurgedAsync(http, (await client.PurgeAllInstancesAsync(new PurgeInstancesFilter(from, Time(http, "createdTimeTo"), statuses), http.RequestAborted)).PurgedInstanceCount);
    }

    private static async Task PurgedAsync(HttpContext http, int count)
    {
        if (count == 0) http.Response.StatusCode = StatusCodes.Status404NotFound;
        else await http.Response.WriteAsJsonAsync(new { instancesDeleted = count }, Json);
    }

    private async Task RaiseAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            await ErrorAsync(http, StatusCodes.Status400BadRequest, "Only application/json request content is supported");
            return;
        }

        var body = await BodyAsync(http);
        if (await GoneAsync(http)) return;
        await client.RaiseEventAsync(IdOf(http), (string)http.Request.RouteValues["eventName"]!, body, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task OrderAsync(HttpContext http, Func<string, string?, CancellationToken, Task> order)
    {
        if (await GoneAsync(http)) return;
        await order(IdOf(http), http.Request.Query["reason"].FirstOrDefault(), http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task RewindAsync(HttpContext http)
    {
        var state = await engine.StateOfAsync(IdOf(http), http.RequestAborted);
        http.Response.StatusCode = state is null ? StatusCodes.Status404NotFound : StatusCodes.Status410Gone;
        if (state is null or { Status: OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Terminated }) return;
        await client.RewindInstanceAsync(IdOf(http), http.Request.Query["reason"].FirstOrDefault() ?? "", http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task RestartAsync(HttpContext http)
        => await AcceptedAsync(http, await client.RestartAsync(IdOf(http), Flag(http, "restartWithNewInstanceId", true), http.RequestAborted));

    private async Task<bool> GoneAsync(HttpContext http)
    {
        var state = await engine.StateOfAsync(IdOf(http), http.RequestAborted);
        if (state is { Ended: false }) return false;
        http.Response.StatusCode = state is null ? StatusCodes.Status404NotFound : StatusCodes.Status410Gone;
        return true;
    }

    private static async Task<JsonNode?> BodyAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        string text = await reader.ReadToEndAsync(http.RequestAborted);
        return string.IsNullOrWhiteSpace(text) ? null : JsonNode.Parse(text);
    }

    private static DateTimeOffset? Time(HttpContext http, string name)
        => http.Request.Query[name].FirstOrDefault() is not { Length: > 0 } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new ArgumentException($"'{name}' is no time: {text}");

    private static OrchestrationRuntimeStatus[]? Statuses(HttpContext http)
        => http.Request.Query["runtimeStatus"].FirstOrDefault() is not { Length: > 0 } text ? null
        : [.. text.Split(',').Select(s => Enum.TryParse<OrchestrationRuntimeStatus>(s.Trim(), true, out var status) ? status : throw new ArgumentException($"'{s}' is no runtime status."))];

    private static Task WriteAsync(HttpContext http, JsonNode json)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(json.ToJsonString(), http.RequestAborted);
    }
}
