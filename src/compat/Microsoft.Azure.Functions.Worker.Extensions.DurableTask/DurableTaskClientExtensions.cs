using System.Net;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

public static class DurableTaskClientExtensions
{
    private const string Webhook = "runtime/webhooks/durabletask";

    public static async Task<HttpResponseData> WaitForCompletionOrCreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, TimeSpan? retryInterval = null, bool returnInternalServerErrorOnFailure = false,
        bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        var pause = retryInterval ?? TimeSpan.FromSeconds(1);
        try
        {
            while (true)
            {
                var status = await client.GetInstanceAsync(instanceId, getInputsAndOutputs, cancellation);
                if (status is { IsCompleted: true })
                {
                    var response = request.CreateResponse(
                        status.RuntimeStatus == OrchestrationRuntimeStatus.Failed && returnInternalServerErrorOnFailure ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
                    await response.WriteAsJsonAsync(
                        new
                        {
                            status.Name, status.InstanceId, status.CreatedAt, status.LastUpdatedAt, RuntimeStatus = status.RuntimeStatus.ToString(), status.SerializedInput, status.SerializedOutput,
                            status.SerializedCustomStatus,
                        },
                        CancellationToken.None);
                    return response;
                }

                await Task.Delay(pause, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return await client.CreateCheckStatusResponseAsync(request, instanceId, CancellationToken.None);
        }
    }

    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default)
        => client.CreateCheckStatusResponseAsync(request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static async Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode, CancellationToken cancellation = default)
    {
        var payload = PayloadOf(client, instanceId, request);
        var response = ResponseOf(request, statusCode, payload);
        var json = await WorkerSerializer.Of(request.FunctionContext).SerializeAsync(payload, typeof(HttpManagementPayload), cancellation);
        await response.WriteBytesAsync(json.ToArray(), cancellation);
        return response;
    }

    public static HttpResponseData CreateCheckStatusResponse(this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default)
        => client.CreateCheckStatusResponse(request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode, CancellationToken cancellation = default)
    {
        var payload = PayloadOf(client, instanceId, request);
        var response = ResponseOf(request, statusCode, payload);
        response.WriteBytes(WorkerSerializer.Of(request.FunctionContext).Serialize(payload, typeof(HttpManagementPayload), cancellation).ToArray());
        return response;
    }

    public static HttpManagementPayload CreateHttpManagementPayload(this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
        => PayloadOf(client, instanceId, request);

    private static HttpResponseData ResponseOf(HttpRequestData request, HttpStatusCode statusCode, HttpManagementPayload payload)
    {
        var response = request.CreateResponse(statusCode);
        response.Headers.Add("Location", payload.StatusQueryGetUri);
        response.Headers.Add("Content-Type", "application/json");
        return response;
    }

    private static HttpManagementPayload PayloadOf(DurableTaskClient client, string instanceId, HttpRequestData? request)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var urls = client as IManagementUrls;
        string? root = request is null ? urls?.WebhookBase : $"{RequestBase.Of(request)}/{Webhook}";
        if (root is null) throw new InvalidOperationException("Failed to create HTTP management payload as base URL is null. Either use Functions bindings or provide an HTTP request to create the payload.");
        string instance = $"{root}/instances/{Uri.EscapeDataString(instanceId)}";
        string With(string rest) => string.IsNullOrEmpty(urls?.Query) ? rest : rest + (rest.Contains('?') ? "&" : "?") + urls.Query;
        return new HttpManagementPayload
        {
            Id = instanceId,
            PurgeHistoryDeleteUri = With(instance),
            SendEventPostUri = With($"{instance}/raiseEvent/{{eventName}}"),
            StatusQueryGetUri = With(instance),
            // Doubled braces, as the real helper writes them.
            TerminatePostUri = With($"{instance}/terminate?reason={{{{text}}}}"),
            SuspendPostUri = With($"{instance}/suspend?reason={{{{text}}}}"),
            ResumePostUri = With($"{instance}/resume?reason={{{{text}}}}"),
        };
    }
}

/// <summary>What the host's client knows of its webhook.</summary>
internal interface IManagementUrls
{
    string? WebhookBase { get; }

    string? Query { get; }
}

/// <summary>Scheme and authority as the caller sees them, through proxies.</summary>
internal static class RequestBase
{
    public static string Of(HttpRequestData request)
    {
        string scheme = request.Url.Scheme;
        string host = request.Url.Authority;
        if (First(request, "Forwarded") is { } forwarded)
        {
            foreach (string part in forwarded.Split(';', StringSplitOptions.TrimEntries))
            {
                if (part.StartsWith("proto=", StringComparison.OrdinalIgnoreCase)) scheme = part[6..].Trim('"');
                if (part.StartsWith("host=", StringComparison.OrdinalIgnoreCase)) host = part[5..].Trim('"');
            }
        }
        else
        {
            scheme = First(request, "X-Forwarded-Proto") ?? scheme;
            host = First(request, "X-Forwarded-Host") ?? host;
        }

        return $"{scheme}://{host}";
    }

    private static string? First(HttpRequestData request, string header)
        => request.Headers.TryGetValues(header, out var values) ? values.First().Split(',', StringSplitOptions.TrimEntries)[0] : null;
}
