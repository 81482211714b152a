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

        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);
        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);

        internal static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : [.. tensors.Select(tensor => tensor.Handle)];
    }
}

/// <summary>Autograd checks for itself while this is on.</summary>
public class AnomalyMode : IDisposable
{
    private readonly int before, checkedBefore;

    public AnomalyMode(bool enabled, bool check_nan = true)
    {
        before = Native.tt_anomaly_mode(out checkedBefore);
        Native.tt_set_anomaly_mode(enabled ? 1 : 0, check_nan ? 1 : 0);
    }

    public static bool IsEnabled => Native.tt_anomaly_mode(out _) != 0;
    public static bool ShouldCheckNaN { get { Native.tt_anomaly_mode(out int check); return check != 0; } }

    public void Dispose() => Dispose(true);
    protected virtual void Dispose(bool disposing) => Native.tt_set_anomaly_mode(before, checkedBefore);
}
