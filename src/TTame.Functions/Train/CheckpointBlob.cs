using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Checkpoints, and the evidence of closed-form starts, as blobs.</summary>
internal static class CheckpointBlob
{
    /// <summary>The bytes of a checkpoint.</summary>
    public static BinaryData Write(Checkpoint checkpoint) => Bytes(checkpoint.Write);

    /// <summary>The bytes of evidence.</summary>
    public static BinaryData Write(PartialEvidence evidence, string source) => Bytes(file => evidence.Write(file, source));

    /// <summary>The checkpoint at a path. Disposed by the caller.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="TTame.Core.Primitives.WeightsException">It is none, or a broken one.</exception>
    public static async Task<Checkpoint> ReadAsync(RunStore store, string path, CancellationToken cancellation)
        => Checkpoint.Read((await store.ReadAsync(path, cancellation)).ToStream(), path);

    /// <summary>The evidence at a path. Disposed by the caller.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="TTame.Core.Primitives.WeightsException">It is none, or a broken one.</exception>
    /// <exception cref="ArgumentException">It is of another source.</exception>
    public static async Task<PartialEvidence> ReadAsync(RunStore store, string path, string source, CancellationToken cancellation)
        => PartialEvidence.Read((await store.ReadAsync(path, cancellation)).ToStream(), path, source);

    private static BinaryData Bytes(Action<Stream> write)
    {
        using var file = new MemoryStream();
        write(file);
        return new BinaryData(file.GetBuffer().AsMemory(0, (int)file.Length));
    }
}
