using System.Diagnostics.CodeAnalysis;

namespace TTame.Core.Weights;

/// <summary>A name in a pickle where Python would import something. Here it stays a name.</summary>
/// <param name="Module">For example <c>collections</c>.</param>
/// <param name="Name">For example <c>OrderedDict</c>.</param>
internal sealed record PickleName(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A dictionary of a pickle, ordered as it was filled.</summary>
internal sealed class PickleDictionary
{
    // No tensor has so long a name. Longer ones would take time with every entry, and a memo makes an entry of a few bytes.
    private const int LongestKey = 1024;

    private readonly Dictionary<string, object?> texts = new(StringComparer.Ordinal);

    /// <summary>Entries whose key is a text, and not a very long one: nothing else is ever looked up.</summary>
    public IReadOnlyDictionary<string, object?> Texts => texts;

    /// <summary>Entries under other keys, which are counted and dropped.</summary>
    public int Others { get; private set; }

    public void Set(object? key, object? value)
    {
        if (key is string { Length: <= LongestKey } text) texts[text] = value;
        else Others++;
    }

    public bool TryGet<T>(string key, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!texts.TryGetValue(key, out object? found) || found is not T wanted) return false;
        value = wanted;
        return true;
    }
}

/// <summary>An object that Python would have built by a call. The call is not made: what it was given is dropped.</summary>
/// <param name="Callee">What would have been called; null where even that is no name.</param>
internal sealed record PickleInert(PickleName? Callee);

/// <summary>A stretch of numbers in a checkpoint, known by its key; tensors are views into it.</summary>
/// <param name="Key">As the pickle names it.</param>
/// <param name="Type">Dtype; null for bytes whose dtype the tensor states.</param>
/// <param name="Elements">Number of elements, or of bytes where <paramref name="Type"/> is null.</param>
/// <param name="First">Element of the stretch at which a view of it begins (legacy files).</param>
/// <param name="Viewed">Number of elements of that view; null: all.</param>
internal sealed record PickleStorage(string Key, TorchSharp.torch.ScalarType? Type, long Elements, long First = 0, long? Viewed = null);

/// <summary>A tensor of a checkpoint: a view that is not yet looked through.</summary>
/// <param name="Storage">Where its elements are.</param>
/// <param name="Type">Dtype.</param>
/// <param name="Offset">Of the first element, in elements.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Strides">Elements from one place to the next, per axis.</param>
internal sealed record PickleTensor(PickleStorage Storage, TorchSharp.torch.ScalarType Type, long Offset, long[] Shape, long[] Strides);
