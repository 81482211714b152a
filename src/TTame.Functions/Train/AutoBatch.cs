using System.Runtime.InteropServices;
using TorchSharp;
using TTame.Core.Attention;

namespace TTame.Functions.Train;

/// <summary>Images per step, from the memory that is there.</summary>
internal static class AutoBatch
{
    // Activations that a step keeps for its gradients, by measurement of the four backbones: 90 to 150 MB for 224 × 224 pixels.
    private const double BytesPerPixel = 160e6 / (224 * 224);
    private const double ShareOfMemory = 0.5;
    private const int Most = 64;

    /// <summary>The largest power of two, up to 64, whose activations fit into half of the memory.</summary>
    public static int For(LoadedModel model) => For(model.Card.Input.Size, Available(model.Classifier.Device));

    internal static int For(int size, double bytes)
    {
        int batch = 1;
        while (batch < Most && 2 * batch * BytesPerPixel * size * size <= ShareOfMemory * bytes) batch *= 2;
        return batch;
    }

    private static double Available(torch.Device device)
        => device.type == DeviceType.CUDA && GpuMemory() is { } gpu ? gpu : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    // TorchSharp has no call for it. Null where the driver's library is not there.
    private static double? GpuMemory()
    {
        try
        {
            return nvmlInit() == 0 && nvmlDevice(0, out nint device) == 0 && nvmlMemory(device, out var memory) == 0 ? memory.Free : null;
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Memory
    {
        public ulong Total, Free, Used;
    }

    [DllImport("libnvidia-ml.so.1", EntryPoint = "nvmlInit_v2")]
    private static extern int nvmlInit();

    [DllImport("libnvidia-ml.so.1", EntryPoint = "nvmlDeviceGetHandleByIndex_v2")]
    private static extern int nvmlDevice(uint index, out nint device);

    [DllImport("libnvidia-ml.so.1", EntryPoint = "nvmlDeviceGetMemoryInfo")]
    private static extern int nvmlMemory(nint device, out Memory memory);
}
