using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TTame.Core.Weights;

/// <summary>Named tensors as a weights file holds them, with the file's metadata. Owns its tensors.</summary>
/// <param name="file">What errors call the file.</param>
/// <param name="tensors">On the host; owned from now on.</param>
/// <param name="metadata">Texts beside the tensors.</param>
public sealed class StateDict(string file, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    : IReadOnlyDictionary<string, Tensor>, IDisposable
{
    /// <summary>What errors call the file.</summary>
    public string File { get; } = file;

    /// <summary>Texts beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata ?? new Dictionary<string, string>();

    /// <inheritdoc/>
    public Tensor this[string key] => tensors[key];

    /// <inheritdoc/>
    public IEnumerable<string> Keys => tensors.Keys;

    /// <inheritdoc/>
    public IEnumerable<Tensor> Values => tensors.Values;

    /// <inheritdoc/>
    public int Count => tensors.Count;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => tensors.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value) => tensors.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in tensors.Values) tensor.Dispose();
    }
}
