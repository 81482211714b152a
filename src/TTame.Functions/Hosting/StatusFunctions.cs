using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>What the app says of itself over HTTP.</summary>
public sealed class StatusFunctions(Readiness readiness, ExplainCounts counts, PoisonImages poison, MissedImages missed)
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

    /// <summary>What became of the images since this process started, and those that the platform has given up, with the reasons of the first of them.</summary>
    [Function("Status")]
    public async Task<IActionResult> Status([HttpTrigger(AuthorizationLevel.Function, "get", Route = "status")] HttpRequest request, CancellationToken cancellation)
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
            poison = new { count = await poison.CountAsync(cancellation), first = await poison.FirstAsync(cancellation) },
        });

    /// <summary>Tries images again that the platform has given up; query <c>most</c> bounds how many.</summary>
    [Function("Redrive")]
    public async Task<IActionResult> Redrive([HttpTrigger(AuthorizationLevel.Function, "post", Route = "redrive")] HttpRequest request, CancellationToken cancellation)
        => new OkObjectResult(await poison.RedriveAsync(Most(request, 100), cancellation));

    /// <summary>Explains images that no event has told of; query <c>most</c> bounds how many are looked at, <c>continue</c> goes on where an earlier call ended.</summary>
    [Function("Backfill")]
    public async Task<IActionResult> Backfill([HttpTrigger(AuthorizationLevel.Function, "post", Route = "backfill")] HttpRequest request, CancellationToken cancellation)
        => new OkObjectResult(await missed.RunAsync(Most(request, 1000), request.Query["continue"] is [{ Length: > 0 } from] ? from : null, cancellation));

    private const int MostAtOnce = 100_000;

    private static int Most(HttpRequest request, int otherwise)
    {
        int most = otherwise;
        if (request.Query["most"] is [{ } text]) RequestException.Require(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MostAtOnce, "most", $"takes a whole number from 1 to {MostAtOnce}");
        return most;
    }
}
