using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using TTame.Core.Reports;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;

namespace TTame.Functions.Runs;

/// <summary>Runs over HTTP.</summary>
public sealed class RunFunctions(RunReading reading, RunStore store)
{
    /// <summary>All runs, newest first.</summary>
    [Function("Runs")]
    public async Task<IActionResult> Runs([HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
        => Json(await reading.AllAsync(client, cancellation));

    /// <summary>One run: its phase, and per trial and worker epoch, step, loss parts, images per second, the time left and the loss so far.</summary>
    [Function("Run")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}")] HttpRequest request, string id, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
        => Json(await reading.OneAsync(client, id, cancellation) ?? throw NoRun(id));

    /// <summary>A page of the newest runs with their curves.</summary>
    [Function("RunsPage")]
    public async Task<IActionResult> Page([HttpTrigger(AuthorizationLevel.Function, "get", Route = "ui/runs")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        List<BoardRun> runs = [];
        foreach (var run in (await reading.AllAsync(client, cancellation)).Take(RunsOnPage))
            if (await reading.OneAsync(client, run.Id, cancellation) is { } whole) runs.Add(RunBoardView.Of(whole));
        request.HttpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return new ContentResult { Content = RunBoardPage.Write(new(runs)), ContentType = "text/html; charset=utf-8" };
    }

    /// <summary>The report of a run that has come to its end.</summary>
    [Function("RunReport")]
    public async Task<IActionResult> Report([HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/report")] HttpRequest request, string id, CancellationToken cancellation)
        => new FileContentResult((await store.FindReportAsync(RunRequest.Named("id", id), cancellation) ?? throw NoReport(id)).ToArray(), "application/json; charset=utf-8");

    private const int RunsOnPage = 20;

    private static ContentResult Json<T>(T value) => new() { Content = RecordJson.Write(value).ToString(), ContentType = "application/json; charset=utf-8" };

    private static RequestException NoRun(string id) => new(StatusCodes.Status404NotFound, "no_run", $"There is no run '{id}'.", "GET /api/runs lists the runs.");

    private static RequestException NoReport(string id) => new(StatusCodes.Status404NotFound, "no_report", $"The run '{id}' has no report.", $"GET /api/runs/{id} says how far it is.");
}
