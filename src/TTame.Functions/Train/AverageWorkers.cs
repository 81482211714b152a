using Microsoft.Azure.Functions.Worker;
using TTame.Core.Training;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Ends an epoch of several workers.</summary>
public sealed class AverageWorkers(RunStore store)
{
    /// <summary>Averages the workers' checkpoints and writes one for each of them to go on from.</summary>
    /// <remarks>At least once: a function of the checkpoints, whose names make its own.</remarks>
    /// <returns>Paths, in the workers' order.</returns>
    [Function(nameof(AverageWorkers))]
    public async Task<string[]> Run([ActivityTrigger] string[] checkpoints, CancellationToken cancellation)
    {
        List<Checkpoint> read = [], averaged = [];
        try
        {
            foreach (string path in checkpoints) read.Add(await CheckpointBlob.ReadAsync(store, path, cancellation));
            averaged.AddRange(CheckpointAverage.Of(read));
            for (int i = 0; i < checkpoints.Length; i++) await store.WriteOnceAsync(RunPaths.Averaged(checkpoints[i]), CheckpointBlob.Write(averaged[i]), cancellation);
            return [.. checkpoints.Select(RunPaths.Averaged)];
        }
        finally
        {
            foreach (var checkpoint in read.Concat(averaged)) checkpoint.Dispose();
        }
    }
}
