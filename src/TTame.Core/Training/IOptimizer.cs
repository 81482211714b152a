using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Which optimiser.</summary>
public enum OptimiserKind
{
    /// <summary>Stochastic gradient descent with Nesterov momentum: the paper's.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW,
}

/// <summary>Turns gradients into parameter updates, and can be put down and taken up again to the last bit.</summary>
/// <remarks>
/// These are the product's own and not the library's: a resumed training must continue bit for bit, so every buffer of the optimiser travels in the checkpoint,
/// and the library neither exposes its buffers by name nor lets a schedule reach both parameter groups.
/// </remarks>
public interface IOptimizer : IDisposable
{
    /// <summary>One update from the gradients that the parameters hold; a parameter without gradient stays as it is. Gradients are left in place.</summary>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="momentum">Momentum of this step.</param>
    void Step(double rate, double momentum);

    /// <summary>The optimiser's buffers by name; empty before the first step. Owned by the optimiser.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Takes up the buffers of an earlier run; they are copied.</summary>
    /// <param name="state">What <see cref="State"/> gave.</param>
    void Restore(IReadOnlyDictionary<string, Tensor> state);
}
