using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>What every optimiser here has: the leaves that it updates, and buffers by name that outlive the scopes they were made in.</summary>
public abstract class BufferedOptimizer : IOptimizer
{
    private readonly Dictionary<string, Tensor> buffers = [];

    /// <summary>Prepares updates of the given leaves.</summary>
    /// <param name="parameters">Leaves that require a gradient, with their names.</param>
    /// <param name="weightDecay">wd of everything that is no bias.</param>
    private protected BufferedOptimizer(IReadOnlyList<(string Name, Tensor Value)> parameters, double weightDecay)
    {
        Parameters = parameters;
        WeightDecay = weightDecay;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => buffers;

    /// <summary>The leaves.</summary>
    private protected IReadOnlyList<(string Name, Tensor Value)> Parameters { get; }

    /// <summary>wd of everything that is no bias.</summary>
    private protected double WeightDecay { get; }

    /// <inheritdoc/>
    public abstract void Step(double rate, double momentum);

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        Dispose();
        RestoreBuffers(state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor buffer in buffers.Values) buffer.Dispose();
        buffers.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether weight decay applies to a parameter: to all but biases, as in the official code.</summary>
    internal static bool Decays(string name) => !name.EndsWith("bias", StringComparison.Ordinal);

    /// <summary>Copies the buffers of an earlier run with <see cref="Keep"/>; there are none when it begins.</summary>
    private protected abstract void RestoreBuffers(IReadOnlyDictionary<string, Tensor> state);

    /// <summary>Whether there is a buffer of that name.</summary>
    private protected bool Has(string name) => buffers.ContainsKey(name);

    /// <summary>The buffer of that name, made where there is none.</summary>
    private protected Tensor Buffer(string name, Func<Tensor> begin) => buffers.TryGetValue(name, out Tensor? buffer) ? buffer : Keep(name, begin());

    /// <summary>Takes a tensor as the buffer of that name, out of its scope.</summary>
    private protected Tensor Keep(string name, Tensor buffer) => buffers[name] = buffer.DetachFromDisposeScope();
}
