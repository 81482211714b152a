using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using TTame.Core.Attention;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>The doorway of training.</summary>
public sealed class StartTraining(ImageSources sources, ModelLibrary library, PublishedModels published)
{
    /// <summary>Starts a run: 202 with the addresses of its status. An equal request with the id of a run that is there gets that run's.</summary>
    [Function(nameof(StartTraining))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "train")] HttpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var asked = RunRequest.Read<TrainRequest>(await JsonBody.ReadAsync(request, RunRequest.MaxBytes, cancellation));
        var plan = asked.ToPlan(await published.DefaultAsync(cancellation), RunRequest.NewId);
        library.Card(plan.Setup.Model);
        await RunRequest.RequireThereAsync(sources, [asked.Images, asked.Validation, asked.Test], cancellation);
        return await RunStart.StartAsync(client, request, nameof(TrainRun), plan.Setup.Run, plan, cancellation);
    }
}
