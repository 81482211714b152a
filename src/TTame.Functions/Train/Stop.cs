using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>How the work of a terminated run ends.</summary>
internal static class Stop
{
    /// <summary>Leaves the mark that the run's blobs are unfinished.</summary>
    /// <param name="store">Where.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="last">Path of the last blob that is whole; null where there is none.</param>
    /// <returns>What the activity throws then.</returns>
    public static async Task<RunStoppedException> MarkAsync(RunStore store, string run, string? last)
    {
        await store.WriteAsync(RunPaths.Stopped(run), RecordJson.Write(new { stopped = true, last }), CancellationToken.None);
        return new(run);
    }
}
