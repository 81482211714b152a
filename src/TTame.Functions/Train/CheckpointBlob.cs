using TTame.Core.Training;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Checkpoints as blobs.</summary>
internal static class CheckpointBlob
{
    /// <summary>The bytes of a checkpoint.</summary>
    public static BinaryData Write(Checkpoint checkpoint)
    {
        using var file = new MemoryStream();
        checkpoint.Write(file);
        return new BinaryData(file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    /// <summary>The checkpoint at a path. Disposed by the caller.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="TTame.Core.Primitives.WeightsException">It is none, or a broken one.</exception>
    public static async Task<Checkpoint> ReadAsync(RunStore store, string path, CancellationToken cancellation)
        => Checkpoint.Read((await store.ReadAsync(path, cancellation)).ToStream(), path);
}
