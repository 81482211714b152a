using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

// Functions whose forward and backward are managed code.
public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a custom function's forward leaves for its backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];
            private nint handle;

            internal AutogradContext() { }

            /// <summary>libtorch's half; valid only within a call of forward or backward.</summary>
            internal nint Handle { get => handle != 0 ? handle : throw new InvalidOperationException("The context is used outside of forward and backward."); set => handle = value; }

            public bool MaterializeGrads { get; private set; } = true;

            public unsafe void save_for_backward(List<Tensor> tensors)
            {
                fixed (nint* handles = Handles(tensors)) Native.Check(Native.tt_context_save(Handle, handles, tensors.Count));
                GC.KeepAlive(tensors);
            }

            public unsafe List<Tensor> get_saved_variables()
            {
                Native.Value result;
                Native.Check(Native.tt_context_saved(Handle, &result));
                return [.. (Tensor[])Values.Read(result)!];
            }

            public void save_data(string key, object value) => data[key] = value;
            public object get_data(string key) => data[key];
            public void mark_dirty(List<Tensor> tensors) => Mark(tensors, dirty: true);
            public void mark_non_differentiable(List<Tensor> tensors) => Mark(tensors, dirty: false);

            public void set_materialize_grads(bool value)
            {
                MaterializeGrads = value;
                Native.tt_context_materialize(Handle, value ? 1 : 0);
            }

            public void Dispose() => Dispose(true);
            protected virtual void Dispose(bool disposing) => data.Clear();

            private unsafe void Mark(List<Tensor> tensors, bool dirty)
            {
                fixed (nint* handles = Handles(tensors)) Native.Check(Native.tt_context_mark(Handle, dirty ? 1 : 0, handles, tensors.Count));
                GC.KeepAlive(tensors);
            }
        }

        public abstract class Function<T> where T : Function<T>, new()
        {
            public abstract string Name { get; }

            private protected abstract IReadOnlyList<Tensor?> Forward(AutogradContext context, object[] vars);
            private protected abstract IReadOnlyList<Tensor?> Backward(AutogradContext context, List<Tensor> gradients);

            private protected static List<Tensor> Apply(object[] vars)
            {
                T function = new();
                return CustomCall.Run((context, inputs) => function.Forward(context, inputs), (context, gradients) => function.Backward(context, gradients), vars);
            }
        }

        public abstract class SingleTensorFunction<T> : Function<T> where T : SingleTensorFunction<T>, new()
        {
            protected SingleTensorFunction() { }

            public static Tensor apply(params object[] vars) => Apply(vars)[0];
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            private protected override IReadOnlyList<Tensor?> Forward(AutogradContext context, object[] vars) => [forward(context, vars)];
            private protected override IReadOnlyList<Tensor?> Backward(AutogradContext context, List<Tensor> gradients) => backward(context, gradients[0]);
        }

        public abstract class MultiTensorFunction<T> : Function<T> where T : MultiTensorFunction<T>, new()
        {
            protected MultiTensorFunction() { }

            public static List<Tensor> apply(params object[] vars) => Apply(vars);
            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            private protected override IReadOnlyList<Tensor?> Forward(AutogradContext context, object[] vars) => forward(context, vars);
            private protected override IReadOnlyList<Tensor?> Backward(AutogradContext context, List<Tensor> gradients) => backward(context, gradients);
        }
    }
}

/// <summary>One application of a custom function: libtorch calls back into it, once forward and as often as the graph is run, backward.</summary>
internal sealed unsafe class CustomCall
{
    private readonly torch.autograd.AutogradContext context = new();
    private readonly Func<torch.autograd.AutogradContext, object[], IReadOnlyList<torch.Tensor?>> forward;
    private readonly Func<torch.autograd.AutogradContext, List<torch.Tensor>, IReadOnlyList<torch.Tensor?>> backward;
    private readonly bool[] isTensor;
    private object[]? inputs;

    [ThreadStatic] private static byte[]? message;
    [ThreadStatic] private static GCHandle pinned;

    private CustomCall(
        Func<torch.autograd.AutogradContext, object[], IReadOnlyList<torch.Tensor?>> forward,
        Func<torch.autograd.AutogradContext, List<torch.Tensor>, IReadOnlyList<torch.Tensor?>> backward, object[] inputs)
    {
        (this.forward, this.backward, this.inputs) = (forward, backward, inputs);
        isTensor = Array.ConvertAll(inputs, input => input is torch.Tensor);
    }

    internal static List<torch.Tensor> Run(
        Func<torch.autograd.AutogradContext, object[], IReadOnlyList<torch.Tensor?>> forward,
        Func<torch.autograd.AutogradContext, List<torch.Tensor>, IReadOnlyList<torch.Tensor?>> backward, object[] vars)
    {
        CustomCall call = new(forward, backward, vars);
        nint[] tensors = [.. vars.OfType<torch.Tensor>().Select(t => t.Handle)];
        var calls = new Native.ManagedCalls { Forward = &OnForward, Backward = &OnBackward, Release = &OnRelease };
        Native.Value result;
        fixed (nint* handles = tensors)
            Native.Check(Native.tt_custom_function(handles, tensors.Length, calls, GCHandle.ToIntPtr(GCHandle.Alloc(call)), &result));
        GC.KeepAlive(vars);
        return [.. (torch.Tensor[])Values.Read(result)!];
    }

    [UnmanagedCallersOnly]
    private static byte* OnForward(nint state, nint native, nint** outputs, int* count) => Guarded(state, native, call =>
    {
        IReadOnlyList<torch.Tensor?> made = call.forward(call.context, call.inputs!);
        call.inputs = null;
        Hand(made, outputs, count);
    });

    [UnmanagedCallersOnly]
    private static byte* OnBackward(nint state, nint native, nint* gradients, int given, nint** results, int* count) => Guarded(state, native, call =>
    {
        List<torch.Tensor> received = [];
        for (int i = 0; i < given; i++) received.Add(gradients[i] == 0 ? null! : Borrowed(gradients[i]));
        IReadOnlyList<torch.Tensor?> all = call.backward(call.context, received);
        // One entry per input; libtorch knows of those that are tensors.
        Hand(all.Count == call.isTensor.Length ? [.. all.Where((_, i) => call.isTensor[i])] : all, results, count);
    });

    [UnmanagedCallersOnly]
    private static void OnRelease(nint state) => GCHandle.FromIntPtr(state).Free();

    private delegate void Body(CustomCall call);

    private static byte* Guarded(nint state, nint native, Body body)
    {
        var call = (CustomCall)GCHandle.FromIntPtr(state).Target!;
        try
        {
            call.context.Handle = native;
            using DisposeScope scope = torch.NewDisposeScope();
            body(call);
            return null;
        }
        catch (Exception error)
        {
            return Text(error);
        }
        finally
        {
            call.context.Handle = 0;
        }
    }

    private static torch.Tensor Borrowed(nint handle)
    {
        Native.tt_retain(handle);
        return torch.Tensor.Own(handle);
    }

    // The caller frees the array and owns the references in it.
    private static void Hand(IReadOnlyList<torch.Tensor?> tensors, nint** results, int* count)
    {
        nint* array = (nint*)NativeMemory.Alloc((nuint)Math.Max(1, tensors.Count), (nuint)sizeof(nint));
        for (int i = 0; i < tensors.Count; i++)
        {
            nint handle = tensors[i] is { IsInvalid: false } tensor ? tensor.Handle : 0;
            if (handle != 0) Native.tt_retain(handle);
            array[i] = handle;
        }
        *results = array;
        *count = tensors.Count;
    }

    // Lives until the thread's next error: long enough for the shim to make an exception of it.
    private static byte* Text(Exception error)
    {
        if (pinned.IsAllocated) pinned.Free();
        message = System.Text.Encoding.UTF8.GetBytes($"{error.GetType().Name}: {error.Message}\0");
        pinned = GCHandle.Alloc(message, GCHandleType.Pinned);
        return (byte*)pinned.AddrOfPinnedObject();
    }
}
