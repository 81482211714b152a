namespace TorchSharp;

public static partial class torch
{
    public class Device
    {
        public Device(string description)
        {
            string[] parts = description.Split(':');
            (type, index) = (Parse(parts[0]), parts.Length > 1 ? int.Parse(parts[1]) : -1);
        }

        public Device(string deviceType, int index = -1) => (type, this.index) = (Parse(deviceType), index);
        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);
        public Device(int index) => (type, this.index) = (DeviceType.CUDA, index);

        public DeviceType type { get; }
        public int index { get; }

        public static implicit operator Device(string description) => new(description);
        public override string ToString() => type == DeviceType.CPU || index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        private static DeviceType Parse(string text) => Enum.Parse<DeviceType>(text, ignoreCase: true);
    }

    public static readonly Device CPU = new(DeviceType.CPU);
    public static readonly Device META = new(DeviceType.META);
    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA));

    public static Device device(string description) => InitializeDevice(new Device(description));
    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));
    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));
    public static Device device(int index) => InitializeDevice(new Device(index));

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType != DeviceType.CUDA || cuda.is_available();

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType)) throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine.");
    }

    public static Device InitializeDevice(Device? device)
    {
        if (device is null) return CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    public static class cuda
    {
        public static bool is_available() => Native.tt_cuda_available() != 0;
        public static bool is_cudnn_available() => Native.tt_cudnn_available() != 0;
        public static int device_count() => Native.tt_cuda_count();
        public static void manual_seed(long seed) { if (is_available()) Native.Check(Native.tt_cuda_seed((ulong)seed)); }
        public static void manual_seed_all(long seed) { if (is_available()) Native.Check(Native.tt_cuda_seed_all((ulong)seed)); }
        public static void synchronize(Device? device = null) { if (is_available()) Native.Check(Native.tt_cuda_synchronize(device?.index ?? -1)); }
    }

    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32
                {
                    get { Native.Check(Native.tt_allow_tf32(0, out int value)); return value != 0; }
                    set => Native.Check(Native.tt_set_allow_tf32(0, value ? 1 : 0));
                }
            }
        }

        public static class cudnn
        {
            public static bool allow_tf32
            {
                get { Native.Check(Native.tt_allow_tf32(1, out int value)); return value != 0; }
                set => Native.Check(Native.tt_set_allow_tf32(1, value ? 1 : 0));
            }
        }
    }
}
