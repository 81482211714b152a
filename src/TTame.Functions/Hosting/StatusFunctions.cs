using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>What the app says of itself over HTTP.</summary>
public sealed class StatusFunctions(Readiness readiness, ExplainCounts counts)
{
    /// <summary>200 while the process lives: the platform's liveness probe.</summary>
    [Function("Health")]
    public IActionResult Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request)
        => new OkObjectResult(new { status = "alive" });

    /// <summary>200 when images can be explained, else 503 with what is missing: the platform's readiness probe.</summary>
    [Function("Ready")]
    public IActionResult Ready([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ready")] HttpRequest request)
        => new ObjectResult(new { ready = readiness.IsReady, device = readiness.Device, missing = readiness.Missing })
        {
            StatusCode = readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
        };

    /// <summary>What became of the images since this process started.</summary>
    [Function("Status")]
    public IActionResult Status([HttpTrigger(AuthorizationLevel.Function, "get", Route = "status")] HttpRequest request)
        => new OkObjectResult(new
        {
            ready = readiness.IsReady,
            device = readiness.Device,
            explained = counts.Of(ExplainOutcome.Explained),
            alreadyDone = counts.Of(ExplainOutcome.AlreadyDone),
            failed = counts.Of(ExplainOutcome.Failed),
            gone = counts.Of(ExplainOutcome.Gone),
            ignored = counts.Of(ExplainOutcome.Ignored),
            retried = counts.Retries,
        });
}
