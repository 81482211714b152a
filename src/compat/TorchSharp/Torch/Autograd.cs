namespace TorchSharp;

public static partial class torch
{
    public static IDisposable no_grad() => new GradMode(false);
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);
    public static bool is_grad_enabled() => Native.tt_grad_mode() != 0;
    public static bool is_inference_mode_enabled() => Native.tt_inference_mode() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly int before = Native.tt_grad_mode();
        internal GradMode(bool enabled) => Native.tt_set_grad_mode(enabled ? 1 : 0);
        public void Dispose() => Native.tt_set_grad_mode(before);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint guard = Native.tt_enter_inference_mode(enabled ? 1 : 0);
        public void Dispose() { if (guard != 0) Native.tt_leave_inference_mode(guard); guard = 0; }
    }

    public static partial class autograd
    {
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor> grad_outputs = null!, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] from = Handles(outputs), to = Handles(inputs), seeds = Handles(grad_outputs), found = new nint[inputs.Count];
            fixed (nint* a = from, b = to, c = seeds, r = found)
                Native.Check(Native.tt_gradients(a, from.Length, b, to.Length, c, seeds.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, r));
            GC.KeepAlive(outputs); GC.KeepAlive(inputs); GC.KeepAlive(grad_outputs);
            return [.. found.Select(handle => Tensor.Own(handle))];
        }

        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor> grad_tensors = null!, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null!)
        {
            nint[] from = Handles(tensors), seeds = Handles(grad_tensors), to = Handles(inputs);
            fixed (nint* a = from, b = seeds, c = to)
                Native.Check(Native.tt_backward(a, from.Length, b, seeds.Length, (retain_graph ?? create_graph) ? 1 : 0, create_graph ? 1 : 0, c, to.Length));
            GC.KeepAlive(tensors); GC.KeepAlive(grad_tensors); GC.KeepAlive(inputs);
        }

        public static void backward(Tensor tensor, IList<Tensor> grad_tensors = null!, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null!) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null!) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        private static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : [.. tensors.Select(tensor => tensor.Handle)];
    }
}
