using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// The door to libtorch's operators: <c>Op.Call("aten::add.Tensor", a, b, 1)</c>. Names are schema names with their overload;
/// arguments left out at the end take the schema's defaults. Handles are looked up once and kept.
/// </summary>
[SkipLocalsInit]
internal static unsafe class Op
{
    private const int MostResults = 8;
    private static readonly ConcurrentDictionary<string, nint> Handles = new(StringComparer.Ordinal);

    /// <summary>Whether this libtorch knows the operator.</summary>
    internal static bool Exists(string name) => Find(name, mustExist: false) != 0;

    internal static Tensor Call(string name, params ReadOnlySpan<Arg> args)
    {
        Native.Value* results = stackalloc Native.Value[MostResults];
        Run(name, args, results, 1);
        return Tensor.Own(results[0].Bits);
    }

    /// <summary>Runs an in-place operator and gives back the tensor it changed.</summary>
    internal static Tensor InPlace(Tensor self, string name, params ReadOnlySpan<Arg> args)
    {
        Native.Value* results = stackalloc Native.Value[MostResults];
        Run(name, args, results, 1);
        Native.tt_release((nint)results[0].Bits);
        return self;
    }

    internal static (Tensor, Tensor) Two(string name, params ReadOnlySpan<Arg> args)
    {
        Native.Value* results = stackalloc Native.Value[MostResults];
        Run(name, args, results, 2);
        return (Tensor.Own(results[0].Bits), Tensor.Own(results[1].Bits));
    }

    internal static (Tensor, Tensor, Tensor) Three(string name, params ReadOnlySpan<Arg> args)
    {
        Native.Value* results = stackalloc Native.Value[MostResults];
        Run(name, args, results, 3);
        return (Tensor.Own(results[0].Bits), Tensor.Own(results[1].Bits), Tensor.Own(results[2].Bits));
    }

    internal static (Tensor, Tensor, Tensor, Tensor) Four(string name, params ReadOnlySpan<Arg> args)
    {
        Native.Value* results = stackalloc Native.Value[MostResults];
        Run(name, args, results, 4);
        return (Tensor.Own(results[0].Bits), Tensor.Own(results[1].Bits), Tensor.Own(results[2].Bits), Tensor.Own(results[3].Bits));
    }

    internal static Tensor[] Many(string name, params ReadOnlySpan<Arg> args)
    {
        Native.Value* results = stackalloc Native.Value[MostResults];
        Run(name, args, results, 1);
        return (Tensor[])Values.Read(results[0])!;
    }

    internal static bool True(string name, params ReadOnlySpan<Arg> args)
    {
        Native.Value* results = stackalloc Native.Value[MostResults];
        Run(name, args, results, 1);
        return results[0].Bits != 0;
    }

    private static nint Find(string name, bool mustExist)
    {
        if (Handles.TryGetValue(name, out nint known) && (known != 0 || !mustExist)) return known;
        int dot = name.IndexOf('.');
        Native.Check(Native.tt_operator(dot < 0 ? name : name[..dot], dot < 0 ? "" : name[(dot + 1)..], mustExist ? 1 : 0, out nint found));
        return Handles[name] = found;
    }

    private static void Run(string name, ReadOnlySpan<Arg> args, Native.Value* results, int expected)
    {
        nint op = Find(name, mustExist: true);
        int produced = 0;
        Values.With(args, (nint)results, op, &produced);
        if (produced < expected) throw new InvalidOperationException($"{name} gave {produced} results, not {expected}.");
    }
}
