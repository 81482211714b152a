using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Functions.Hosting;

/// <summary>The device that computes, and a sentence about it.</summary>
/// <param name="Device">The device.</param>
/// <param name="Says">Its name, and why it is not another.</param>
public sealed record DeviceChoice(Device Device, string Says)
{
    /// <summary>Chooses by the setting.</summary>
    /// <param name="setting"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="cudaWorks">Whether a GPU can be used.</param>
    /// <exception cref="InvalidOperationException"><c>cuda</c> is asked for and no GPU can be used.</exception>
    public static DeviceChoice Make(string setting, Func<bool> cudaWorks) => setting switch
    {
        "cpu" => new(CPU, "cpu"),
        "cuda" when cudaWorks() => new(torch.device("cuda:0"), "cuda:0"),
        "cuda" => throw new InvalidOperationException($"Setting '{KnownSettings.Device.Name}' is 'cuda', and no GPU can be used: there is none, its driver is too old, or this build of libtorch has no CUDA. Set it to 'auto' or 'cpu' to compute on the CPU."),
        _ when cudaWorks() => new(torch.device("cuda:0"), "cuda:0"),
        _ => new(CPU, "cpu (auto: no GPU can be used)"),
    };
}
