using System.Runtime.CompilerServices;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Arguments into the shim's tagged values, and its results back. Lists are laid out on the stack: a call allocates nothing here.</summary>
[SkipLocalsInit]
internal static unsafe class Values
{
    private const int MostOnStack = 256;

    /// <summary>Calls operator <paramref name="op"/> with <paramref name="args"/>.</summary>
    internal static void With(ReadOnlySpan<Arg> args, nint results, nint op, int* produced)
    {
        int words = Words(args);
        Span<long> space = words <= MostOnStack ? stackalloc long[MostOnStack] : new long[words];
        Native.Value* values = stackalloc Native.Value[args.Length];
        fixed (long* words0 = space)
        {
            Lay(args, values, words0);
            Native.Check(Native.tt_call(op, values, args.Length, (Native.Value*)results, 8, produced));
        }
        KeepAlive(args);
    }

    /// <summary>Calls a method of a TorchScript module.</summary>
    internal static object? Invoke(nint module, string method, ReadOnlySpan<Arg> args)
    {
        long[] space = new long[Words(args) + 1];
        Native.Value* values = stackalloc Native.Value[args.Length + 1];
        Native.Value result;
        fixed (long* words = space)
        {
            Lay(args, values, words);
            Native.Check(Native.tt_script_invoke(module, method, values, args.Length, &result));
        }
        KeepAlive(args);
        return Read(result);
    }

    /// <summary>A result as an object; its memory in the shim is freed.</summary>
    internal static object? Read(in Native.Value value)
    {
        switch (value.Tag)
        {
            case Native.Tag.None: return null;
            case Native.Tag.Tensor: return Tensor.Own(value.Bits);
            case Native.Tag.Int: return value.Bits;
            case Native.Tag.Double: return BitConverter.Int64BitsToDouble(value.Bits);
            case Native.Tag.Bool: return value.Bits != 0;
        }
        void* memory = (void*)value.Bits;
        try
        {
            switch (value.Tag)
            {
                case Native.Tag.TensorList:
                    var tensors = new Tensor[value.Count];
                    for (int i = 0; i < tensors.Length; i++) tensors[i] = Tensor.Own(((nint*)memory)[i]);
                    return tensors;
                case Native.Tag.IntList: return new Span<long>(memory, value.Count).ToArray();
                case Native.Tag.DoubleList: return new Span<double>(memory, value.Count).ToArray();
                case Native.Tag.String: return Encoding.UTF8.GetString((byte*)memory, value.Count);
                case Native.Tag.Tuple:
                case Native.Tag.List:
                    var elements = new object?[value.Count];
                    for (int i = 0; i < elements.Length; i++) elements[i] = Read(((Native.Value*)memory)[i]);
                    return value.Tag == Native.Tag.List ? elements : ToTuple(elements);
                default: throw new NotSupportedException($"TorchSharp: no managed form for a result of kind {value.Tag}.");
            }
        }
        finally
        {
            Native.tt_free(memory);
        }
    }

    /// <summary>A Python tuple arrives as a ValueTuple whose type arguments are the elements' own types.</summary>
    private static object ToTuple(object?[] elements)
    {
        Type[] types = [.. elements.Select(e => e?.GetType() ?? typeof(object))];
        Type? open = elements.Length switch
        {
            1 => typeof(ValueTuple<>),
            2 => typeof(ValueTuple<,>),
            3 => typeof(ValueTuple<,,>),
            4 => typeof(ValueTuple<,,,>),
            5 => typeof(ValueTuple<,,,,>),
            6 => typeof(ValueTuple<,,,,,>),
            7 => typeof(ValueTuple<,,,,,,>),
            _ => null,
        };
        return open is null ? elements : Activator.CreateInstance(open.MakeGenericType(types), elements)!;
    }

    private static int Words(ReadOnlySpan<Arg> args)
    {
        int words = 0;
        foreach (ref readonly Arg arg in args)
            words += arg.Source is string text ? (Encoding.UTF8.GetMaxByteCount(text.Length) + 7) / 8 : arg.Source is Array ? arg.Count : 0;
        return words;
    }

    private static void Lay(ReadOnlySpan<Arg> args, Native.Value* values, long* free)
    {
        for (int i = 0; i < args.Length; i++)
        {
            ref readonly Arg arg = ref args[i];
            values[i] = new Native.Value { Tag = arg.Tag, Count = arg.Count, Bits = arg.Bits };
            switch (arg.Source)
            {
                case long[] list: list.CopyTo(new Span<long>(free, list.Length)); break;
                case double[] list: list.CopyTo(new Span<double>(free, list.Length)); break;
                case bool[] list: for (int k = 0; k < list.Length; k++) free[k] = list[k] ? 1 : 0; break;
                case Tensor?[] list: for (int k = 0; k < list.Length; k++) free[k] = list[k] is { } tensor ? tensor.Handle : 0; break;
                case string text:
                    values[i].Count = Encoding.UTF8.GetBytes(text, new Span<byte>(free, Encoding.UTF8.GetMaxByteCount(text.Length)));
                    values[i].Bits = (long)free;
                    free += (Encoding.UTF8.GetMaxByteCount(text.Length) + 7) / 8;
                    continue;
                default: continue;
            }
            values[i].Bits = (long)free;
            free += arg.Count;
        }
    }

    private static void KeepAlive(ReadOnlySpan<Arg> args)
    {
        foreach (ref readonly Arg arg in args) GC.KeepAlive(arg.Source);
    }
}
