using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Cli;

/// <summary>The device that a command computes on.</summary>
internal static class Devices
{
    public const string Auto = "auto", Cpu = "cpu", Cuda = "cuda";

    /// <summary>The device of an option's text.</summary>
    /// <exception cref="CliException"><c>cuda</c> is asked for and no GPU can be used.</exception>
    public static Device Of(string text) => text switch
    {
        Cpu => CPU,
        Cuda when !cuda.is_available() => throw new CliException(
            ExitCode.Machine, "--device cuda: no GPU can be used: there is none, its driver is too old, or this build of libtorch has no CUDA.", "Use --device auto or cpu, or point LIBTORCH at a CUDA build of libtorch."),
        _ => cuda.is_available() ? device("cuda:0") : CPU,
    };
}
