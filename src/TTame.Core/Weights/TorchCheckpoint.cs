using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Weights;

/// <summary>A checkpoint that Python's <c>torch.save</c> wrote, zip or legacy: the tensors of its state dict, read without running anything in it.</summary>
public sealed class TorchCheckpoint : IDisposable
{
    // Where training scripts keep the state dict; where none of these is, the whole is one.
    private static readonly string[] Places = ["state_dict", "model_state_dict", "model"];

    private readonly CheckpointContainer container;
    private readonly PickleDictionary root, tensors;

    private TorchCheckpoint(CheckpointContainer container, string file)
    {
        (this.container, File) = (container, file);
        root = container.Root as PickleDictionary ?? throw new WeightsException(file, null, "a dictionary of tensors (torch.save(net.state_dict(), …))",
            container.Root is PickleInert { Callee: { } type } ? $"an object {type}" : "something else");
        tensors = Places.Select(place => root.TryGet(place, out PickleDictionary? inner) ? inner : null).FirstOrDefault(inner => inner is not null) ?? root;
        Keys = [.. tensors.Texts.Where(entry => entry.Value is PickleTensor).Select(entry => entry.Key)];
        Numbers = root.Texts.Where(entry => entry.Value is double or long).ToDictionary(
            entry => entry.Key, entry => entry.Value is double real ? real : (long)entry.Value!, StringComparer.Ordinal);
    }

    /// <summary>What errors call the file.</summary>
    public string File { get; }

    /// <summary>Names of the state dict's tensors.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Numbers beside the state dict, such as an epoch.</summary>
    public IReadOnlyDictionary<string, double> Numbers { get; }

    /// <summary>Calls that the file asks for and that were not made, by name.</summary>
    public IReadOnlyCollection<string> Ignored => container.Ignored;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeightsException">It is no checkpoint, broken, or holds no dictionary.</exception>
    public static TorchCheckpoint Open(string path) => Open(System.IO.File.OpenRead(path), path);

    /// <summary>Opens a stream.</summary>
    /// <param name="stream">Must be able to seek; owned from now on.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="WeightsException">It is no checkpoint, broken, or holds no dictionary.</exception>
    public static TorchCheckpoint Open(Stream stream, string name)
    {
        CheckpointContainer container = CheckpointContainer.Open(stream, name);
        try
        {
            return new(container, name);
        }
        catch
        {
            container.Dispose();
            throw;
        }
    }

    /// <summary>Reads tensors; those that share a storage in the file share it in memory.</summary>
    /// <param name="rename">From a tensor's name in the file to the wanted one; null leaves it out. Nothing: all, as they are called.</param>
    /// <returns>On the host, some perhaps not contiguous; disposed by the caller.</returns>
    /// <exception cref="WeightsException">A tensor reaches out of its storage, its data are missing or damaged, or two get the same name.</exception>
    public StateDict Read(Func<string, string?>? rename = null)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> read = new(StringComparer.Ordinal);
        Dictionary<(string, ScalarType), Tensor> storages = [];
        foreach (string key in Keys)
        {
            if ((rename is null ? key : rename(key)) is not string name) continue;
            if (!read.TryAdd(name, View((PickleTensor)tensors.Texts[key]!, key, storages))) throw new WeightsException(File, key, "tensors of different names", $"{name} twice");
        }
        foreach (Tensor tensor in read.Values) tensor.DetachFromDisposeScope();
        return new(File, read);
    }

    /// <inheritdoc/>
    public void Dispose() => container.Dispose();

    private Tensor View(PickleTensor described, string key, Dictionary<(string, ScalarType), Tensor> storages)
    {
        PickleStorage from = described.Storage;
        int size = described.Type.ElementSize();
        long bytes = container.BytesOf(from, size, key), available = bytes / size;
        CheckReach(described, key, size, from.Viewed ?? available);
        if (!storages.TryGetValue((from.Key, described.Type), out Tensor? storage))
        {
            if (bytes > TensorBytes.Largest) throw new WeightsException(File, key, $"at most {TensorBytes.Largest} bytes", $"{bytes}");
            storage = empty([available], dtype: described.Type);
            container.ReadStorage(from, size, key, available == 0 ? [] : storage.bytes);
            storages[(from.Key, described.Type)] = storage;
        }
        return storage.as_strided(described.Shape, described.Strides, from.First + described.Offset);
    }

    private void CheckReach(PickleTensor described, string key, int elementSize, long available)
    {
        if (TensorBytes.Count(described.Shape, elementSize, File, key) == 0 && described.Offset <= available) return;
        Int128 last = described.Offset;
        for (int axis = 0; axis < described.Shape.Length; axis++) last += (Int128)(described.Shape[axis] - 1) * described.Strides[axis];
        if (last >= available) throw new WeightsException(File, key, $"a storage of at least {last + 1} elements", $"{available}");
    }
}
