namespace TorchSharp;

// TorchScript modules whose inputs and result have types.
public static partial class torch
{
    public static partial class jit
    {
        public static ScriptModule<TResult> load<TResult>(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) => new(FromFile(filename, new Device(device_type, (int)device_index)));
        public static ScriptModule<TResult> load<TResult>(string filename, Device map_location) => new(FromFile(filename, map_location));
        public static ScriptModule<TResult> load<TResult>(string filename, string map_location) => new(FromFile(filename, new Device(map_location)));
        public static ScriptModule<TResult> load<TResult>(byte[] bytes, DeviceType device_type = DeviceType.CPU, long device_index = -1) => new(FromBytes(bytes, new Device(device_type, (int)device_index)));
        public static ScriptModule<T1, TResult> load<T1, TResult>(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) => new(FromFile(filename, new Device(device_type, (int)device_index)));
        public static ScriptModule<T1, TResult> load<T1, TResult>(string filename, Device map_location) => new(FromFile(filename, map_location));
        public static ScriptModule<T1, TResult> load<T1, TResult>(string filename, string map_location) => new(FromFile(filename, new Device(map_location)));
        public static ScriptModule<T1, TResult> load<T1, TResult>(byte[] bytes, DeviceType device_type = DeviceType.CPU, long device_index = -1) => new(FromBytes(bytes, new Device(device_type, (int)device_index)));
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) => new(FromFile(filename, new Device(device_type, (int)device_index)));
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(string filename, Device map_location) => new(FromFile(filename, map_location));
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(string filename, string map_location) => new(FromFile(filename, new Device(map_location)));
        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(byte[] bytes, DeviceType device_type = DeviceType.CPU, long device_index = -1) => new(FromBytes(bytes, new Device(device_type, (int)device_index)));

        /// <summary>In the real package this class runs hooks around the call; the stand-in has none.</summary>
        public class HookableScriptModule<TPreHook, TPostHook> : ScriptModule
        {
            internal HookableScriptModule(nint handle) : base(handle) { }
        }

        public class ScriptModule<TResult> : ScriptModule
        {
            internal ScriptModule(nint handle) : base(handle) { }
            public TResult call(params Tensor[] input) => forward(input);
            public TResult forward(params Tensor[] tensor) => (TResult)invoke("forward", [.. tensor]);
        }

        public class ScriptModule<T, TResult> : HookableScriptModule<Func<ScriptModule<T, TResult>, T, T>, Func<ScriptModule<T, TResult>, T, TResult, TResult>>
        {
            internal ScriptModule(nint handle) : base(handle) { }
            public TResult call(T input) => forward(input);
            public TResult forward(T tensor) => (TResult)invoke("forward", [tensor!]);
        }

        public class ScriptModule<T1, T2, TResult> : HookableScriptModule<Func<ScriptModule<T1, T2, TResult>, T1, T2, (T1, T2)?>, Func<ScriptModule<T1, T2, TResult>, T1, T2, TResult, TResult>>
        {
            internal ScriptModule(nint handle) : base(handle) { }
            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
            public TResult forward(T1 input1, T2 input2) => (TResult)invoke("forward", [input1!, input2!]);
        }
    }
}
