namespace TorchSharp;

/// <summary>Which element type of a tensor a managed type is.</summary>
internal static class Types
{
    internal static torch.ScalarType? Of<T>() => Of(typeof(T));

    internal static torch.ScalarType? Of(Type type) =>
        type == typeof(float) ? torch.ScalarType.Float32 : type == typeof(double) ? torch.ScalarType.Float64
        : type == typeof(long) ? torch.ScalarType.Int64 : type == typeof(int) ? torch.ScalarType.Int32
        : type == typeof(short) ? torch.ScalarType.Int16 : type == typeof(sbyte) ? torch.ScalarType.Int8
        : type == typeof(byte) ? torch.ScalarType.Byte : type == typeof(bool) ? torch.ScalarType.Bool
        : type == typeof(Half) ? torch.ScalarType.Float16 : null;
}

public static partial class torch
{
    public static readonly ScalarType uint8 = ScalarType.Byte;
    public static readonly ScalarType int8 = ScalarType.Int8;
    public static readonly ScalarType int16 = ScalarType.Int16;
    public static readonly ScalarType @short = ScalarType.Int16;
    public static readonly ScalarType int32 = ScalarType.Int32;
    public static readonly ScalarType @int = ScalarType.Int32;
    public static readonly ScalarType int64 = ScalarType.Int64;
    public static readonly ScalarType @long = ScalarType.Int64;
    public static readonly ScalarType float16 = ScalarType.Float16;
    public static readonly ScalarType half = ScalarType.Float16;
    public static readonly ScalarType float32 = ScalarType.Float32;
    public static readonly ScalarType @float = ScalarType.Float32;
    public static readonly ScalarType float64 = ScalarType.Float64;
    public static readonly ScalarType @double = ScalarType.Float64;
    public static readonly ScalarType bfloat16 = ScalarType.BFloat16;
    public static readonly ScalarType @bool = ScalarType.Bool;

    public static unsafe string __version__ => System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)Native.tt_version())!;

    public static ScalarType get_default_dtype() => (ScalarType)Native.tt_default_dtype();

    public static void set_default_dtype(ScalarType dtype)
    {
        if (!is_floating_point(dtype)) throw new ArgumentException("Only floating point types are supported as default type.");
        Native.Check(Native.tt_set_default_dtype((int)dtype));
    }

    public static bool is_floating_point(ScalarType type) => type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;
    public static bool is_floating_point(Tensor input) => is_floating_point(input.dtype);
    public static bool is_integral(ScalarType type) => type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;
    public static bool is_integral(Tensor t) => is_integral(t.dtype);
    public static bool is_complex(ScalarType type) => type is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;
    public static bool is_complex(Tensor input) => is_complex(input.dtype);
    public static int get_num_threads() => Native.tt_threads();
    public static void set_num_threads(int num) => Native.Check(Native.tt_set_threads(num));
    public static int get_num_interop_threads() => Native.tt_interop_threads();
    public static void set_num_interop_threads(int num) => Native.Check(Native.tt_set_interop_threads(num));

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Thread.Open();
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Thread.Current;

    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
