using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The shim's functions (native/). Those that return int say 1 for an error, whose text is then the thread's last error. Those that neither wait nor call back skip the switch of the GC's mode.</summary>
internal static unsafe partial class Native
{
    private const string Library = "ttame_torch";

    static Native()
    {
        try
        {
            NativeLibrary.Load(Library, typeof(Native).Assembly, null);
        }
        catch (DllNotFoundException reason)
        {
            throw new NotSupportedException($"TorchSharp: libtorch, or the shim over it that the build makes, does not load: {reason.Message}", reason);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Value
    {
        public Tag Tag;
        public int Count;
        public long Bits;
    }

    internal enum Tag
    {
        None, Tensor, Int, Double, Bool, TensorList, OptionalTensors, IntList, DoubleList, String, Generator, Device, Complex, Tuple, List, BoolList,
    }

    [DllImport(Library)] private static extern byte* tt_last_error();
    [DllImport(Library)] internal static extern void tt_free(void* memory);
    [DllImport(Library)] internal static extern int tt_operator([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string overload, int mustExist, out nint op);
    [DllImport(Library)] internal static extern int tt_call(nint op, Value* arguments, int count, Value* results, int capacity, int* produced);

    [DllImport(Library)] internal static extern int tt_from_copy(void* data, long bytes, long* sizes, int rank, int dtype, out nint result);
    [DllImport(Library)] internal static extern int tt_from_memory(void* data, long* sizes, int rank, int dtype, delegate* unmanaged<nint, void> deleter, nint context, out nint result);
    [DllImport(Library)] internal static extern void tt_release(nint handle);
    [DllImport(Library)] internal static extern void tt_retain(nint handle);
    [DllImport(Library), SuppressGCTransition] internal static extern int tt_rank(nint handle);
    [DllImport(Library), SuppressGCTransition] internal static extern long tt_numel(nint handle);
    [DllImport(Library), SuppressGCTransition] internal static extern int tt_dtype(nint handle);
    [DllImport(Library), SuppressGCTransition] internal static extern long tt_element_size(nint handle);
    [DllImport(Library), SuppressGCTransition] internal static extern int tt_is_contiguous(nint handle);
    [DllImport(Library), SuppressGCTransition] internal static extern void tt_device(nint handle, out int type, out int index);
    [DllImport(Library), SuppressGCTransition] internal static extern int tt_sizes(nint handle, long* sizes);
    [DllImport(Library), SuppressGCTransition] internal static extern int tt_strides(nint handle, long* strides);
    [DllImport(Library)] internal static extern int tt_storage_offset(nint handle, out long offset);
    [DllImport(Library)] internal static extern int tt_data(nint handle, out nint data);
    [DllImport(Library)] internal static extern int tt_flags(nint handle, out int flags);

    [DllImport(Library), SuppressGCTransition] internal static extern int tt_requires_grad(nint handle);
    [DllImport(Library)] internal static extern int tt_set_requires_grad(nint handle, int value);
    [DllImport(Library)] internal static extern int tt_is_leaf(nint handle, out int value);
    [DllImport(Library)] internal static extern int tt_retain_grad(nint handle);
    [DllImport(Library)] internal static extern int tt_grad(nint handle, out nint gradient);
    [DllImport(Library)] internal static extern int tt_set_grad(nint handle, nint gradient);
    [DllImport(Library)] internal static extern int tt_backward(nint* tensors, int tensorCount, nint* gradients, int gradientCount, int retainGraph, int createGraph, nint* inputs, int inputCount);
    [DllImport(Library)] internal static extern int tt_gradients(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* gradients, int gradientCount, int retainGraph, int createGraph, int allowUnused, nint* results);
    [DllImport(Library), SuppressGCTransition] internal static extern int tt_grad_mode();
    [DllImport(Library), SuppressGCTransition] internal static extern void tt_set_grad_mode(int enabled);
    [DllImport(Library), SuppressGCTransition] internal static extern int tt_inference_mode();
    [DllImport(Library)] internal static extern nint tt_enter_inference_mode(int enabled);
    [DllImport(Library)] internal static extern void tt_leave_inference_mode(nint guard);
    [DllImport(Library)] internal static extern int tt_anomaly_mode(out int checkNan);
    [DllImport(Library)] internal static extern void tt_set_anomaly_mode(int enabled, int checkNan);

    /// <summary>The managed half of a custom function: callbacks return null, or an error's text.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ManagedCalls
    {
        public delegate* unmanaged<nint, nint, nint**, int*, byte*> Forward;
        public delegate* unmanaged<nint, nint, nint*, int, nint**, int*, byte*> Backward;
        public delegate* unmanaged<nint, void> Release;
    }

    [DllImport(Library)] internal static extern int tt_custom_function(nint* inputs, int count, ManagedCalls calls, nint state, Value* result);
    [DllImport(Library)] internal static extern int tt_context_save(nint context, nint* tensors, int count);
    [DllImport(Library)] internal static extern int tt_context_saved(nint context, Value* result);
    [DllImport(Library)] internal static extern int tt_context_mark(nint context, int dirty, nint* tensors, int count);
    [DllImport(Library)] internal static extern void tt_context_materialize(nint context, int value);

    [DllImport(Library)] internal static extern byte* tt_version();
    [DllImport(Library)] internal static extern int tt_threads();
    [DllImport(Library)] internal static extern int tt_set_threads(int count);
    [DllImport(Library)] internal static extern int tt_interop_threads();
    [DllImport(Library)] internal static extern int tt_set_interop_threads(int count);
    [DllImport(Library)] internal static extern int tt_cuda_available();
    [DllImport(Library)] internal static extern int tt_cudnn_available();
    [DllImport(Library)] internal static extern int tt_cuda_count();
    [DllImport(Library)] internal static extern int tt_cuda_synchronize(long index);
    [DllImport(Library)] internal static extern int tt_cuda_seed(ulong seed);
    [DllImport(Library)] internal static extern int tt_cuda_seed_all(ulong seed);
    [DllImport(Library)] internal static extern int tt_allow_tf32(int which, out int value);
    [DllImport(Library)] internal static extern int tt_set_allow_tf32(int which, int value);
    [DllImport(Library)] internal static extern int tt_default_dtype();
    [DllImport(Library)] internal static extern int tt_set_default_dtype(int dtype);

    [DllImport(Library)] internal static extern int tt_generator_new(ulong seed, int type, int index, out nint result);
    [DllImport(Library)] internal static extern int tt_generator_default(out nint result);
    [DllImport(Library)] internal static extern void tt_generator_free(nint handle);
    [DllImport(Library)] internal static extern int tt_generator_set_seed(nint handle, ulong seed);
    [DllImport(Library)] internal static extern int tt_generator_current_seed(nint handle, out ulong seed);
    [DllImport(Library)] internal static extern int tt_generator_seed(nint handle, out ulong seed);
    [DllImport(Library)] internal static extern int tt_generator_state(nint handle, out nint state);
    [DllImport(Library)] internal static extern int tt_generator_set_state(nint handle, nint state);

    [DllImport(Library)] internal static extern int tt_script_load([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int type, int index, out nint result);
    [DllImport(Library)] internal static extern int tt_script_load_bytes(byte* data, long size, int type, int index, out nint result);
    [DllImport(Library)] internal static extern void tt_script_free(nint handle);
    [DllImport(Library)] internal static extern int tt_script_invoke(nint handle, [MarshalAs(UnmanagedType.LPUTF8Str)] string method, Value* arguments, int count, Value* result);
    [DllImport(Library)] internal static extern int tt_script_inputs(nint handle, out int count);
    [DllImport(Library)] internal static extern int tt_script_train(nint handle, int on);
    [DllImport(Library)] internal static extern int tt_script_is_training(nint handle, out int on);
    [DllImport(Library)] internal static extern int tt_script_tensors(nint handle, int which, int recurse, Value* result);
    [DllImport(Library)] internal static extern int tt_script_to(nint handle, int dtype, int type, int index, int nonBlocking);

    /// <summary>Throws the thread's last error when a shim function said that there is one.</summary>
    internal static void Check(int status)
    {
        if (status != 0) throw new ExternalException(Marshal.PtrToStringUTF8((nint)tt_last_error()) ?? "libtorch gave no reason");
    }
}
