using TTame.Core.Primitives;

namespace TTame.Core.Weights;

/// <summary>Where a checkpoint keeps its pickle and the bytes of its storages.</summary>
internal abstract class CheckpointContainer(string file) : IDisposable
{
    /// <summary>The longest pickle that is read, bytes: it holds names and sizes, the numbers lie beside it.</summary>
    public const int LargestPickle = 64 << 20;

    /// <summary>What errors call the file.</summary>
    protected string File { get; } = file;

    /// <summary>What the pickle holds.</summary>
    public object? Root { get; protected set; }

    /// <summary>Calls that the pickle asks for and that were not made.</summary>
    public IReadOnlyCollection<string> Ignored { get; protected set; } = [];

    /// <summary>Opens a checkpoint of either format.</summary>
    /// <param name="stream">Must be able to seek; owned from now on.</param>
    /// <param name="file">What errors call the file.</param>
    /// <exception cref="WeightsException">It is in neither format, or broken.</exception>
    public static CheckpointContainer Open(Stream stream, string file)
    {
        try
        {
            Span<byte> start = stackalloc byte[4];
            int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            return start[..read].SequenceEqual("PK\x03\x04"u8) ? new ZipCheckpoint(stream, file) : new LegacyCheckpoint(stream, file);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a storage's bytes.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="tensor">Name of the first tensor that needs it.</param>
    /// <param name="target">As long as the storage.</param>
    /// <exception cref="WeightsException">They are missing, too few or damaged.</exception>
    public abstract void ReadStorage(PickleStorage storage, int elementSize, string tensor, Span<byte> target);

    /// <summary>Number of bytes that the file has for a storage.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="tensor">Name of the first tensor that needs it.</param>
    /// <exception cref="WeightsException">None, or fewer or more than the pickle says.</exception>
    public abstract long BytesOf(PickleStorage storage, int elementSize, string tensor);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Runs the unpickler over bytes.</summary>
    protected Unpickler Unpickle(PickleBytes bytes)
    {
        Unpickler unpickler = new(bytes, File);
        Root = unpickler.Read();
        Ignored = unpickler.Ignored;
        return unpickler;
    }
}
