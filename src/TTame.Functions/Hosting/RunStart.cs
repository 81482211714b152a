using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>Starts runs, each id once.</summary>
internal static class RunStart
{
    private const string RetryAfterSeconds = "10";

    /// <summary>Starts an orchestration, or finds the one that an equal request started.</summary>
    /// <returns>202 with the addresses of its status.</returns>
    /// <exception cref="RequestException">409: the id belongs to another request.</exception>
    public static async Task<IActionResult> StartAsync<TPlan>(DurableTaskClient client, HttpRequest request, string orchestrator, string id, TPlan plan, CancellationToken cancellation)
    {
        if (!await IsThereAsync(client, orchestrator, id, plan, cancellation))
        {
            try
            {
                await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, plan, new StartOrchestrationOptions(id).WithDedupeStatuses(Enum.GetValues<OrchestrationRuntimeStatus>()), cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Two equal requests at once: the second finds what the first has started. Clients differ in the error they report.
                if (!await IsThereAsync(client, orchestrator, id, plan, cancellation)) throw;
            }
        }
        request.HttpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        var a = client.CreateHttpManagementPayload(id);
        return new AcceptedResult(a.StatusQueryGetUri, new
        {
            id, a.StatusQueryGetUri, a.SendEventPostUri, a.TerminatePostUri, a.SuspendPostUri, a.ResumePostUri, a.PurgeHistoryDeleteUri,
            runUri = $"{request.Scheme}://{request.Host}/api/runs/{Uri.EscapeDataString(id)}",
        });
    }

    private static async Task<bool> IsThereAsync<TPlan>(DurableTaskClient client, string orchestrator, string id, TPlan plan, CancellationToken cancellation)
    {
        if (await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellation) is not { } there) return false;
        if (there.Name == orchestrator && JsonSerializer.Serialize(there.ReadInputAs<TPlan>(), RecordJson.Options) == JsonSerializer.Serialize(plan, RecordJson.Options)) return true;
        throw new RequestException(StatusCodes.Status409Conflict, "run_exists", $"There is a run '{id}' already, of another request.", $"Give another id, or look at GET /api/runs/{id}.");
    }
}
