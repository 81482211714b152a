using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        /// <summary>What a TorchScript module is; the package's own layers are not part of the stand-in.</summary>
        public class Module : IDisposable
        {
            private protected Module() { }
            ~Module() => Dispose(false);

            public virtual bool training => false;
            public virtual void train(bool train = true) { }
            public virtual void eval() => train(false);
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => ListParameters(recurse);
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) => ListBuffers(recurse);
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) => named_buffers(recurse).Select(b => b.buffer);
            public void Dispose() { Dispose(true); GC.SuppressFinalize(this); }
            protected virtual void Dispose(bool disposing) => Release();

            private protected virtual void Release() { }
            private protected virtual IEnumerable<(string, Parameter)> ListParameters(bool recurse) => [];
            private protected virtual IEnumerable<(string, Tensor)> ListBuffers(bool recurse) => [];
            private protected virtual void Move(int dtype, int type, int index, bool nonBlocking) { }
            internal void MoveTo(int dtype, Device? device, bool nonBlocking) => Move(dtype, device is null ? -1 : (int)device.type, device?.index ?? -1, nonBlocking);
        }
    }
}

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module { module.MoveTo(-1, torch.InitializeDevice(device), non_blocking); return module; }
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module { module.MoveTo((int)type, null, non_blocking); return module; }
}
