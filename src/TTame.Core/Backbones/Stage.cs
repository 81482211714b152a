using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>One step of a network, run in a dispose scope of its own.</summary>
/// <param name="Points">Named values inside, in order; the last is usually the stage's output.</param>
/// <param name="Run">From the stage's input to its output.</param>
internal sealed record Stage(IReadOnlyList<string> Points, Func<Tensor, Probe, Tensor> Run)
{
    /// <summary>A stage that is one named point.</summary>
    /// <param name="point">Its name.</param>
    /// <param name="run">From input to output.</param>
    public static Stage Of(string point, Func<Tensor, Tensor> run) => new([point], (x, probe) => probe.At(point, () => run(x)));
}
