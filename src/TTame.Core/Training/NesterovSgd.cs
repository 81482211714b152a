using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Stochastic gradient descent with Nesterov momentum; biases do not decay.</summary>
/// <remarks>d = g + wd·p; buf = d at the first step, else μ·buf + d; p −= rate·(d + μ·buf). wd = 0 for every parameter whose name ends in <c>bias</c>.</remarks>
/// <source>T-TAME:§IV-C</source>
public sealed class NesterovSgd : IOptimizer
{
    private readonly IReadOnlyList<(string Name, Tensor Value)> parameters;
    private readonly double weightDecay;
    private readonly Dictionary<string, Tensor> buffers = [];

    /// <summary>Prepares updates of the given leaves.</summary>
    /// <param name="parameters">Leaves that require a gradient, with their names.</param>
    /// <param name="weightDecay">wd of everything that is no bias.</param>
    public NesterovSgd(IReadOnlyList<(string Name, Tensor Value)> parameters, double weightDecay)
    {
        this.parameters = parameters;
        this.weightDecay = weightDecay;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => buffers;

    /// <inheritdoc/>
    public void Step(double rate, double momentum)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach ((string name, Tensor parameter) in parameters)
        {
            if (parameter.grad is not { } gradient) continue;
            double decay = Decays(name) ? weightDecay : 0;
            Tensor direction = decay == 0 ? gradient : gradient.add(parameter, alpha: decay);
            if (!buffers.TryGetValue(name, out Tensor? buffer))
                buffers[name] = buffer = direction.clone().DetachFromDisposeScope();
            else
                buffer.mul_(momentum).add_(direction);
            parameter.add_(direction.add(buffer, alpha: momentum), alpha: -rate);
        }
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        Clear();
        foreach ((string name, Tensor parameter) in parameters)
            if (state.TryGetValue(name, out Tensor? buffer))
                buffers[name] = buffer.to(parameter.dtype, parameter.device, copy: true).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>Whether weight decay applies to a parameter: to all but biases, as in the official code.</summary>
    internal static bool Decays(string name) => !name.EndsWith("bias", StringComparison.Ordinal);

    private void Clear()
    {
        foreach (Tensor buffer in buffers.Values) buffer.Dispose();
        buffers.Clear();
    }
}
