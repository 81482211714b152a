using System.Text.Json;
using System.Text.Json.Nodes;
using TTame.Cli.Remote;

namespace TTame.Cli.Proof;

/// <summary>A run that has come to its end.</summary>
/// <param name="Id">Its id.</param>
/// <param name="View">What <c>GET /api/runs/{id}</c> says of it.</param>
/// <param name="Report">Its report.</param>
internal sealed record FinishedRun(string Id, JsonElement View, JsonElement Report)
{
    /// <summary>From its start to its last step.</summary>
    public TimeSpan Time => View.GetProperty("summary").GetProperty("lastUpdatedAt").GetDateTimeOffset() - View.GetProperty("summary").GetProperty("createdAt").GetDateTimeOffset();

    /// <summary>What a training came to.</summary>
    public JsonElement Result => View.GetProperty("result");

    /// <summary>SHA-256 of the attention's weights that a training came to.</summary>
    public string Sha256 => Result.GetProperty("sha256").GetString()!;
}

/// <summary>Starts runs over HTTP and waits for them.</summary>
internal sealed class ProofRuns(ProofStage stage)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1), BetweenLines = TimeSpan.FromSeconds(20);

    /// <summary>Starts a run, or finds the one that an interrupted proof has started with the same body.</summary>
    /// <param name="route"><c>train</c> or <c>evaluate</c>.</param>
    /// <param name="body">The request, with an id.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<string> Start(string route, JsonObject body, CancellationToken cancel) => stage.Remote.StartAsync(route, body.ToJsonString(), cancel);

    /// <summary>Starts a run and waits for its end.</summary>
    public async Task<FinishedRun> Run(string route, JsonObject body, CancellationToken cancel) => await End(await Start(route, body, cancel), cancel);

    /// <summary>Waits for a run's end and says how it goes on.</summary>
    /// <exception cref="CliException">It failed.</exception>
    public async Task<FinishedRun> End(string id, CancellationToken cancel)
    {
        long said = 0;
        while (true)
        {
            var view = await View(id, cancel);
            string status = RunText.Status(view);
            if (status == "Completed") return new(id, view, await stage.Remote.GetAsync($"api/runs/{id}/report", cancel));
            if (status is "Failed" or "Terminated") throw new CliException(ExitCode.Failed, $"The run '{id}' ended as {status}: {view.GetProperty("failure")}", "The service's logs say more.");
            if (said == 0 || TimeProvider.System.GetElapsedTime(said) > BetweenLines)
            {
                said = TimeProvider.System.GetTimestamp();
                Screen.Note($"  {id}: {RunText.Line(view)}");
            }
            await Task.Delay(BetweenLooks, cancel);
        }
    }

    /// <summary>How a run stands.</summary>
    public Task<JsonElement> View(string id, CancellationToken cancel) => stage.Remote.GetAsync($"api/runs/{id}", cancel);

    /// <summary>How a run of one trial stands once its first worker has come so far, or it is over.</summary>
    /// <param name="id">The run.</param>
    /// <param name="place">0 to 1 is the start in closed form, 1 to 2 are the epochs.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<JsonElement> Reach(string id, double place, CancellationToken cancel)
    {
        while (true)
        {
            var view = await View(id, cancel);
            if (RunText.HasEnded(view) || RunText.Workers(view).Any(worker => (worker.InEpoch ? 1 : 0) + (double)worker.Step / worker.TotalSteps >= place)) return view;
            await Task.Delay(BetweenLooks, cancel);
        }
    }

    /// <summary>Whether there is a run of that id.</summary>
    public async Task<bool> Exists(string id, CancellationToken cancel)
        => (await stage.Remote.GetAsync("api/runs", cancel)).EnumerateArray().Any(run => run.GetProperty("id").GetString() == id);
}
