using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TTame.Core.Evaluation;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Functions.Explain;

namespace TTame.Functions.Hosting;

/// <summary>Makes the app ready behind the host's back: makes the containers, loads the default model and explains one blank picture with it, so that the first real one is not slow.</summary>
internal sealed class Warmup(ServiceSettings settings, ResultStore results, ModelHost host, IExplainingModels models, Readiness readiness, ILogger<Warmup> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stop) => Task.WhenAll(
        UntilReadyAsync(Readiness.Storage, results.CreateContainersAsync, stop),
        UntilReadyAsync(Readiness.Models, WarmUpModelAsync, stop));

    private async Task WarmUpModelAsync(CancellationToken stop)
    {
        readiness.Device = host.Device.Says;
        var model = await models.GetAsync(await models.DefaultAsync(stop), stop);
        int side = model.Input.Size;
        var blank = new RgbImage(side, side, new byte[3 * side * side]);
        await model.ExplainAsync(new ExplainTask(blank, ClassSelection.Parse("top:1")!, Measure: settings.Faithfulness.Rate > 0), stop);
    }

    private async Task UntilReadyAsync(string part, Func<CancellationToken, Task> make, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Run(() => make(stop), stop);
                readiness.Ready(part);
                return;
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException or ModelUnavailableException or ExplainException or NonFiniteException or InvalidOperationException or TypeInitializationException or NotSupportedException)
            {
                readiness.NotReady(part, e.Message);
                logger.LogError("Not ready, {Part}: {Reason}", part, e.Message);
                await Task.Delay(BetweenTries, stop);
            }
        }
    }
}
