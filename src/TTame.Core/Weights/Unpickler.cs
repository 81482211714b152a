using TTame.Core.Primitives;

namespace TTame.Core.Weights;

/// <summary>Reads pickles of numbers, texts, lists, tuples, dictionaries and tensors. It imports nothing and calls nothing: whatever else a pickle asks for becomes an inert placeholder.</summary>
/// <remarks>Pickle's machine: a stack, marks on it, and a memo. Every instruction costs at least a byte of the file and makes at most one object,
/// so memory is bounded by the file's size; nothing is followed recursively, so cycles do no harm.</remarks>
/// <param name="bytes">At the first byte.</param>
/// <param name="file">What errors call the file.</param>
internal sealed class Unpickler(PickleBytes bytes, string file)
{
    private const int NewestProtocol = 5, LongestName = 1024;

    private static readonly object Mark = new();

    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private readonly TorchRebuilding rebuilding = new(file);

    /// <summary>Calls that were not made, by name.</summary>
    public IReadOnlyCollection<string> Ignored => rebuilding.Ignored;

    /// <summary>Dtypes of the storages that were named, by key.</summary>
    public IReadOnlyDictionary<string, TorchSharp.torch.ScalarType?> StorageTypes => rebuilding.StorageTypes;

    /// <summary>Runs to the pickle's end.</summary>
    /// <returns>What it holds.</returns>
    /// <exception cref="WeightsException">It breaks off or breaks pickle's rules.</exception>
    public object? Read()
    {
        while (true)
        {
            char code = (char)bytes.Byte();
            if (code == '.') return Pop();
            if (!Constant(code) && !Container(code) && !Memory(code) && !Object(code)) throw bytes.Broken("a known instruction", $"0x{(int)code:x2}");
        }
    }

    private bool Constant(char code)
    {
        switch (code)
        {
            case 'N': Push(null); break;
            case '\x88': Push(true); break;
            case '\x89': Push(false); break;
            case 'I' or 'L': Push(bytes.LineInteger()); break;
            case 'J': Push((long)bytes.Int32()); break;
            case 'K': Push((long)bytes.Byte()); break;
            case 'M': Push((long)bytes.UInt16()); break;
            case '\x8a': Push(bytes.Integer(bytes.Byte())); break;
            case '\x8b': Push(bytes.Integer(bytes.Length(4))); break;
            case 'F': Push(bytes.LineDouble()); break;
            case 'G': Push(bytes.Double()); break;
            case 'S': Push(bytes.Line().Trim('\'', '"')); break;
            case 'V': Push(bytes.Line()); break;
            case 'T': Push(bytes.Latin(bytes.Length(4))); break;
            case 'U': Push(bytes.Latin(bytes.Length(1))); break;
            case 'X': Push(bytes.Text(bytes.Length(4))); break;
            case '\x8c': Push(bytes.Text(bytes.Length(1))); break;
            case '\x8d': Push(bytes.Text(bytes.Length(8))); break;
            case 'B': Bytes(4); break;
            case 'C': Bytes(1); break;
            case '\x8e' or '\x96': Bytes(8); break;
            default: return false;
        }
        return true;
    }

    private bool Container(char code)
    {
        switch (code)
        {
            case '(': Push(Mark); break;
            case ')': Push(Array.Empty<object?>()); break;
            case 't': Push(ToMark().ToArray()); break;
            case '\x85' or '\x86' or '\x87': Push(Take(code - '\x84')); break;
            case ']': Push(new List<object?>()); break;
            case 'l': Push(ToMark()); break;
            case 'a': Append([Pop()]); break;
            case 'e': Append(ToMark()); break;
            case '}': Push(new PickleDictionary()); break;
            case 'd': Push(Filled(new(), ToMark())); break;
            case 's': SetItems([.. Take(2)]); break;
            case 'u': SetItems(ToMark()); break;
            case '\x8f': Push(new List<object?>()); break;
            case '\x90': Append(ToMark()); break;
            case '\x91': Push(ToMark()); break;
            default: return false;
        }
        return true;
    }

    private bool Memory(char code)
    {
        switch (code)
        {
            case '0': Pop(); break;
            case '1': ToMark(); break;
            case '2': Push(Peek()); break;
            case 'p': memo[Index(bytes.LineInteger())] = Peek(); break;
            case 'q': memo[bytes.Byte()] = Peek(); break;
            case 'r': memo[Index((long)bytes.Int32())] = Peek(); break;
            case '\x94': memo[memo.Count] = Peek(); break;
            case 'g': Push(Recall(Index(bytes.LineInteger()))); break;
            case 'h': Push(Recall(bytes.Byte())); break;
            case 'j': Push(Recall(bytes.Int32())); break;
            case '\x95': bytes.Skip(8); break;                                     // a frame: only a hint for readers
            case '\x80':
                int protocol = bytes.Byte();
                if (protocol > NewestProtocol) throw bytes.Broken($"a protocol up to {NewestProtocol}", $"{protocol}");
                break;
            default: return false;
        }
        return true;
    }

    private bool Object(char code)
    {
        switch (code)
        {
            case 'c': Push(Name(bytes.Line(), bytes.Line())); break;
            case '\x93':
                object?[] name = Take(2);
                Push(name is [string module, string member] ? Name(module, member) : throw bytes.Broken("two texts as a name", "something else"));
                break;
            case 'R' or '\x81':
                object?[] call = Take(2);
                Push(rebuilding.Call(call[0], call[1] as object?[]));
                break;
            case '\x92':
                object?[] withNames = Take(3);
                Push(rebuilding.Call(withNames[0], null));
                break;
            case 'i':
                PickleName callee = Name(bytes.Line(), bytes.Line());
                Push(rebuilding.Call(callee, ToMark().ToArray()));
                break;
            case 'o':
                List<object?> parts = ToMark();
                Push(rebuilding.Call(parts.Count > 0 ? parts[0] : null, [.. parts.Skip(1)]));
                break;
            case 'b': Pop(); Peek(); break;                                        // an object's state: dropped, as nothing inert needs one
            case 'Q': Push(rebuilding.Persistent(Pop())); break;
            case 'P': Push(new PickleInert(null)); bytes.Line(); break;
            case '\x82': Extension(1); break;
            case '\x83': Extension(2); break;
            case '\x84': Extension(4); break;
            case '\x97': Push(new PickleInert(null)); break;
            case '\x98': Peek(); break;
            default: return false;
        }
        return true;
    }

    private void Extension(int size)
    {
        bytes.Skip(size);
        Push(new PickleInert(null));
    }

    private void Bytes(int size)
    {
        bytes.Skip(bytes.Length(size));
        Push(new PickleInert(null));
    }

    private void Push(object? value) => stack.Add(value);

    private object? Peek() => stack.Count > 0 && stack[^1] != Mark ? stack[^1] : throw bytes.Broken("something on the stack", "nothing");

    private object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] Take(int count)
    {
        object?[] values = new object?[count];
        for (int i = count - 1; i >= 0; i--) values[i] = Pop();
        return values;
    }

    private List<object?> ToMark()
    {
        int at = stack.LastIndexOf(Mark);
        if (at < 0) throw bytes.Broken("a mark on the stack", "none");
        List<object?> values = stack[(at + 1)..];
        stack.RemoveRange(at, stack.Count - at);
        return values;
    }

    private object? Recall(long index) => memo.TryGetValue(index, out object? value) ? value : throw bytes.Broken($"a memo {index}", "none");

    // Picklers count from 0, a memo at a time. Numbers chosen at will could all fall into one bucket of the table.
    private long Index(object number) => number is long index && index >= 0 && index <= bytes.Position ? index : throw bytes.Broken("the number of a memo, counted from 0", $"{number}");

    // A call of a long name would take time each, and a memo makes a call of a few bytes.
    private PickleName Name(string module, string member)
        => module.Length + member.Length <= LongestName ? new(module, member) : throw bytes.Broken($"names of at most {LongestName} characters", $"{module.Length + member.Length}");

    private void Append(List<object?> values)
    {
        if (Peek() is List<object?> list) list.AddRange(values);
    }

    private void SetItems(List<object?> values)
    {
        if (Peek() is PickleDictionary dictionary) Filled(dictionary, values);
    }

    private PickleDictionary Filled(PickleDictionary dictionary, List<object?> values)
    {
        if (values.Count % 2 != 0) throw bytes.Broken("pairs of key and value", $"{values.Count} values");
        for (int i = 0; i < values.Count; i += 2) dictionary.Set(values[i], values[i + 1]);
        return dictionary;
    }
}
