using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace TTame.Functions.Hosting;

/// <summary>What can be done with published models over HTTP.</summary>
public sealed class ModelFunctions(PublishedModels published, IModelDirectory models)
{
    /// <summary>The models there are: kind, taps, classes, hashes, licence, and how their attention was trained.</summary>
    [Function("Models")]
    public async Task<IActionResult> Models([HttpTrigger(AuthorizationLevel.Function, "get", Route = "models")] HttpRequest request, CancellationToken cancellation)
    {
        await published.SyncAllAsync(cancellation);
        return new OkObjectResult(models.List());
    }

    /// <summary>Makes a model the one that explains images which name none.</summary>
    [Function("SetDefaultModel")]
    public async Task<IActionResult> SetDefault([HttpTrigger(AuthorizationLevel.Function, "post", Route = "models/{name}/default")] HttpRequest request, string name, CancellationToken cancellation)
    {
        await published.SetDefaultAsync(name, cancellation);
        return new OkObjectResult(new { @default = name });
    }

    /// <summary>Puts a model's earlier version back.</summary>
    [Function("RollBackModel")]
    public async Task<IActionResult> RollBack([HttpTrigger(AuthorizationLevel.Function, "post", Route = "models/{name}/rollback")] HttpRequest request, string name, CancellationToken cancellation)
        => new OkObjectResult(await published.RollBackAsync(name, cancellation));
}
