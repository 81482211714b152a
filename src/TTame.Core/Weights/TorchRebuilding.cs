using System.Globalization;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Weights;

/// <summary>The few calls of a torch pickle that are understood, as descriptions: none of them runs anything.</summary>
/// <param name="file">What errors call the file.</param>
internal sealed class TorchRebuilding(string file)
{
    private const int MostAxes = 64, MostPairs = 10_000_000, LongestStorageKey = 256;

    private static readonly Dictionary<string, ScalarType?> Storages = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = ScalarType.Float32, ["DoubleStorage"] = ScalarType.Float64, ["HalfStorage"] = ScalarType.Float16, ["BFloat16Storage"] = ScalarType.BFloat16,
        ["LongStorage"] = ScalarType.Int64, ["IntStorage"] = ScalarType.Int32, ["ShortStorage"] = ScalarType.Int16, ["CharStorage"] = ScalarType.Int8,
        ["ByteStorage"] = ScalarType.Byte, ["BoolStorage"] = ScalarType.Bool, ["UntypedStorage"] = null,
        ["ComplexFloatStorage"] = ScalarType.ComplexFloat32, ["ComplexDoubleStorage"] = ScalarType.ComplexFloat64,
    };

    private static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["float32"] = ScalarType.Float32, ["float64"] = ScalarType.Float64, ["float16"] = ScalarType.Float16, ["bfloat16"] = ScalarType.BFloat16,
        ["int64"] = ScalarType.Int64, ["int32"] = ScalarType.Int32, ["int16"] = ScalarType.Int16, ["int8"] = ScalarType.Int8, ["uint8"] = ScalarType.Byte, ["bool"] = ScalarType.Bool,
        ["complex64"] = ScalarType.ComplexFloat32, ["complex128"] = ScalarType.ComplexFloat64,
    };

    private readonly SortedSet<string> ignored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScalarType?> types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> sizes = new(StringComparer.Ordinal);
    private long pairs;

    /// <summary>Calls that were not made, by name.</summary>
    public IReadOnlyCollection<string> Ignored => ignored;

    /// <summary>Dtypes of the storages that were named, by key.</summary>
    public IReadOnlyDictionary<string, ScalarType?> StorageTypes => types;

    /// <summary>What stands for a call's result.</summary>
    /// <param name="callee">A name, or anything.</param>
    /// <param name="arguments">Null where they are no tuple.</param>
    public object? Call(object? callee, object?[]? arguments)
    {
        if (callee is not PickleName name) return new PickleInert(null);
        switch (name.ToString())
        {
            case "collections.OrderedDict": return Ordered(arguments);
            case "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" when arguments is [PickleStorage storage, long offset, var size, var stride, ..]:
                return Tensor(storage, storage.Type, offset, size, stride);
            case "torch._utils._rebuild_tensor_v3" when arguments is [PickleStorage storage, long offset, var size, var stride, _, _, PickleName type, ..]:
                return Tensor(storage, Types.TryGetValue(type.Name, out ScalarType known) ? known : null, offset, size, stride);
            case "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" or "torch.nn.parameter.Parameter" when arguments is [var data, ..]: return data;
            case "torch.Size" when arguments is [var sizes]: return sizes;
            case "torch.storage.TypedStorage" when arguments is [PickleStorage storage, ..]: return storage;
        }
        if (ignored.Count < 100) ignored.Add(name.ToString());
        return new PickleInert(name);
    }

    /// <summary>What stands for a persistent id: a storage.</summary>
    /// <param name="id">("storage", type, key, location, number of elements[, (view key, first element, number of elements)]).</param>
    /// <exception cref="WeightsException">It is nothing of that form.</exception>
    public object Persistent(object? id)
    {
        if (id is not object?[] { Length: >= 5 } parts || parts is not ["storage", var kind, var key, _, var elements, ..] || elements is not long count || count < 0)
            throw new WeightsException(file, null, "storages as torch names them", "another persistent id");
        if (kind is not PickleName type || !Storages.TryGetValue(type.Name, out ScalarType? dtype))
            throw new WeightsException(file, null, "a storage of a known dtype", kind is PickleName other ? other.ToString() : "no name");
        string text = key switch { string { Length: <= LongestStorageKey } given => given, long number => number.ToString(CultureInfo.InvariantCulture), _ => throw new WeightsException(file, null, "a storage's key", "another value") };
        if (!types.TryAdd(text, dtype) && types[text] != dtype) throw new WeightsException(file, null, $"one dtype for the storage {text}", $"{types[text]} and {dtype}");
        // A second size would be a second copy in memory, and naming one takes a few bytes.
        if (!sizes.TryAdd(text, count) && sizes[text] != count) throw new WeightsException(file, null, $"one size of the storage {text}", $"{sizes[text]} and {count} elements");
        if (parts is not [_, _, _, _, _, object?[] and [_, long first, long viewed], ..]) return new PickleStorage(text, dtype, count);
        return first >= 0 && viewed >= 0 && first <= count && viewed <= count - first
            ? new PickleStorage(text, dtype, count, first, viewed)
            : throw new WeightsException(file, null, $"a view inside the {count} elements of the storage {text}", $"{viewed} elements from {first}");
    }

    // A list may be named again and again at two bytes each; copying it must not cost more than the file.
    private PickleDictionary Ordered(object?[]? arguments)
    {
        PickleDictionary dictionary = new();
        if (arguments is not [List<object?> list]) return dictionary;
        pairs += list.Count;
        if (pairs > MostPairs) throw new WeightsException(file, null, $"at most {MostPairs} entries in dictionaries", "more");
        foreach (object? pair in list)
            if (pair is object?[] and [var key, var value]) dictionary.Set(key, value);
        return dictionary;
    }

    private PickleTensor Tensor(PickleStorage storage, ScalarType? type, long offset, object? size, object? stride)
    {
        if (type is not ScalarType dtype) throw new WeightsException(file, null, "a tensor of a known dtype", "another");
        long[] shape = Numbers(size), strides = Numbers(stride);
        return shape.Length == strides.Length && offset >= 0
            ? new(storage, dtype, offset, shape, strides)
            : throw new WeightsException(file, null, "as many strides as sizes", $"{strides.Length} for {shape.Length}, offset {offset}");
    }

    private long[] Numbers(object? tuple)
    {
        if (tuple is not IReadOnlyList<object?> items) throw new WeightsException(file, null, "sizes in a tuple", "another value");
        return items.Count <= MostAxes && items.All(item => item is long and >= 0)
            ? [.. items.Cast<long>()]
            : throw new WeightsException(file, null, $"at most {MostAxes} whole numbers of 0 and more as sizes and strides", $"{items.Count} values");
    }
}
