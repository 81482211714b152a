using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using TTame.Core.Attention;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Evaluate;

/// <summary>The doorway of evaluation.</summary>
public sealed class StartEvaluation(ImageSources sources, ModelLibrary library, PublishedModels published, ServiceSettings settings)
{
    /// <summary>Starts an evaluation: 202 with the addresses of its status. An equal request with the id of a run that is there gets that run's.</summary>
    [Function(nameof(StartEvaluation))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "evaluate")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var asked = RunRequest.Read<EvaluateRequest>(await JsonBody.ReadAsync(request, RunRequest.MaxBytes, cancellation));
        var input = asked.ToInput(settings, await published.DefaultAsync(cancellation), RunRequest.NewId);
        await published.SyncAllAsync(cancellation);
        foreach (string model in input.Models) library.Card(model);
        await RunRequest.RequireThereAsync(sources, [asked.Images], cancellation);
        return await RunStart.StartAsync(client, request, nameof(EvaluateRun), input.Run, input, cancellation);
    }
}
