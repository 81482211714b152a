using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class jit
    {
        public static ScriptModule load(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) => new(FromFile(filename, new Device(device_type, (int)device_index)));
        public static ScriptModule load(string filename, Device map_location) => new(FromFile(filename, map_location));
        public static ScriptModule load(string filename, string map_location) => new(FromFile(filename, new Device(map_location)));
        public static ScriptModule load(byte[] bytes, DeviceType device_type = DeviceType.CPU, long device_index = -1) => new(FromBytes(bytes, new Device(device_type, (int)device_index)));
        public static ScriptModule load(byte[] bytes, Device map_location) => new(FromBytes(bytes, map_location));
        public static ScriptModule load(byte[] bytes, string map_location) => new(FromBytes(bytes, new Device(map_location)));

        private static nint FromFile(string filename, Device device)
        {
            if (!File.Exists(filename)) throw new FileNotFoundException(filename);
            InitializeDevice(device);
            Native.Check(Native.tt_script_load(filename, (int)device.type, device.index, out nint handle));
            return handle;
        }

        private static unsafe nint FromBytes(byte[] bytes, Device device)
        {
            InitializeDevice(device);
            nint handle;
            fixed (byte* data = bytes) Native.Check(Native.tt_script_load_bytes(data, bytes.Length, (int)device.type, device.index, out handle));
            return handle;
        }

        /// <summary>A TorchScript module.</summary>
        public class ScriptModule : nn.Module
        {
            private nint handle;

            internal ScriptModule(nint handle) => this.handle = handle;

            private nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(ScriptModule));

            private protected override void Release()
            {
                nint held = Interlocked.Exchange(ref handle, 0);
                if (held != 0) Native.tt_script_free(held);
            }

            public int GetNumberOfInputs() { Native.Check(Native.tt_script_inputs(Handle, out int count)); GC.KeepAlive(this); return count; }
            public override bool training { get { Native.Check(Native.tt_script_is_training(Handle, out int on)); GC.KeepAlive(this); return on != 0; } }
            public override void train(bool on = true) { Native.Check(Native.tt_script_train(Handle, on ? 1 : 0)); GC.KeepAlive(this); }
            public override void eval() => train(false);

            public object forward(params object[] input) => invoke("forward", input);
            public object call(params object[] input) => forward(input);

            public object invoke(string name, params object[] objs)
            {
                object? result = Values.Invoke(Handle, name, Array.ConvertAll(objs, Argument));
                GC.KeepAlive(this);
                return result!;
            }

            public TResult invoke<TResult>(string name, params object[] inputs) => (TResult)invoke(name, inputs);
            public TResult invoke<T, TResult>(string name, params T[] inputs) => (TResult)invoke(name, Array.ConvertAll(inputs, input => (object)input!));

            private static Arg Argument(object input) => input switch
            {
                Tensor tensor => tensor,
                IList<Tensor> list => Arg.List(list),
                Scalar scalar => scalar,
                bool value => value,
                int value => value,
                long value => value,
                float value => value,
                double value => value,
                string text => text,
                null => Arg.None,
                _ => throw new NotImplementedException($"Passing arguments of type {input.GetType().Name} to TorchScript."),
            };

            private protected override IEnumerable<(string, Parameter)> ListParameters(bool recurse) =>
                Tensors(0, recurse).Select(p => (p.Name, new Parameter(p.Tensor, p.Tensor.requires_grad)));

            private protected override IEnumerable<(string, Tensor)> ListBuffers(bool recurse) => Tensors(1, recurse);
            public (string name, Tensor buffer)[] named_attributes(bool recurse = true) => Tensors(2, recurse);

            private unsafe (string Name, Tensor Tensor)[] Tensors(int which, bool recurse)
            {
                Native.Value result;
                Native.Check(Native.tt_script_tensors(Handle, which, recurse ? 1 : 0, &result));
                GC.KeepAlive(this);
                object?[] flat = (object?[])Values.Read(result)!;
                return [.. flat.Chunk(2).Select(pair => ((string)pair[0]!, (Tensor)pair[1]!))];
            }

            private protected override void Move(int dtype, int type, int index, bool nonBlocking)
            {
                Native.Check(Native.tt_script_to(Handle, dtype, type, index, nonBlocking ? 1 : 0));
                GC.KeepAlive(this);
            }
        }
    }
}
