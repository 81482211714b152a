using TTame.Core.Primitives;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>The blobs of a folder that are named by how far they go: an activity takes up what an earlier attempt of it has written.</summary>
/// <param name="store">Where.</param>
/// <param name="folder">The folder, in the runs' container.</param>
internal sealed class StepBlobs(RunStore store, string folder)
{
    /// <summary>The one that goes furthest and can be read; what cannot be read is removed.</summary>
    /// <param name="after">It goes further than this.</param>
    /// <param name="until">And no further than this.</param>
    /// <param name="read">Reads the blob of a path.</param>
    /// <param name="cancellation">Stops looking.</param>
    /// <returns>Its path; null where there is none.</returns>
    public async Task<string?> LastAsync(int after, int until, Func<string, Task<IDisposable>> read, CancellationToken cancellation)
    {
        foreach (string path in (await NamesAsync(cancellation)).Where(p => RunPaths.StepOf(p) > after && RunPaths.StepOf(p) <= until).OrderByDescending(RunPaths.StepOf))
        {
            try
            {
                using var found = await read(path);
                return path;
            }
            catch (WeightsException)
            {
                await store.RemoveAsync(path, cancellation);
            }
        }
        return null;
    }

    /// <summary>Removes blobs.</summary>
    /// <param name="obsolete">Says of a step whether its blob is needed no more.</param>
    /// <param name="cancellation">Stops removing.</param>
    public async Task RemoveAsync(Func<int, bool> obsolete, CancellationToken cancellation)
    {
        foreach (string path in (await NamesAsync(cancellation)).Where(p => obsolete(RunPaths.StepOf(p)))) await store.RemoveAsync(path, cancellation);
    }

    private async Task<IEnumerable<string>> NamesAsync(CancellationToken cancellation)
        => (await store.NamesAsync(folder + "/", cancellation)).Where(p => p.EndsWith(RunPaths.Tensors, StringComparison.Ordinal) && !p.EndsWith(RunPaths.Averaged(RunPaths.Tensors), StringComparison.Ordinal));
}
