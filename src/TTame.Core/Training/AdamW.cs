using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Adam with decoupled weight decay; biases do not decay. The schedule's momentum is β₁.</summary>
/// <remarks>p ← p·(1 − rate·wd); m = β₁·m + (1 − β₁)·g; v = β₂·v + (1 − β₂)·g²; p ← p − rate·m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).</remarks>
/// <source>AdamW</source>
public sealed class AdamW : IOptimizer
{
    private const double Beta2 = 0.999, Epsilon = 1e-8;
    private const string First = ".m", Second = ".v", Steps = "steps";

    private readonly IReadOnlyList<(string Name, Tensor Value)> parameters;
    private readonly double weightDecay;
    private readonly Dictionary<string, Tensor> buffers = [];

    /// <summary>Prepares updates of the given leaves.</summary>
    /// <param name="parameters">Leaves that require a gradient, with their names.</param>
    /// <param name="weightDecay">wd of everything that is no bias.</param>
    public AdamW(IReadOnlyList<(string Name, Tensor Value)> parameters, double weightDecay)
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
        Tensor counter = Buffer(Steps, () => zeros([1], ScalarType.Float64));
        counter.add_(1);
        double step = counter.ToDouble(), first = 1 - Math.Pow(momentum, step), second = 1 - Math.Pow(Beta2, step);
        foreach ((string name, Tensor parameter) in parameters)
        {
            if (parameter.grad is not { } gradient) continue;
            using var perParameter = NewDisposeScope();
            if (weightDecay != 0 && NesterovSgd.Decays(name)) parameter.mul_(1 - rate * weightDecay);
            Tensor m = Buffer(name + First, () => zeros_like(parameter)), v = Buffer(name + Second, () => zeros_like(parameter));
            m.mul_(momentum).add_(gradient, alpha: 1 - momentum);
            v.mul_(Beta2).add_(gradient.square(), alpha: 1 - Beta2);
            parameter.add_(m / ((v / second).sqrt() + Epsilon), alpha: -rate / first);
        }
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        Clear();
        if (state.TryGetValue(Steps, out Tensor? steps)) buffers[Steps] = steps.cpu().clone().DetachFromDisposeScope();
        foreach ((string name, Tensor parameter) in parameters)
            foreach (string buffer in new[] { name + First, name + Second })
                if (state.TryGetValue(buffer, out Tensor? value))
                    buffers[buffer] = value.to(parameter.dtype, parameter.device, copy: true).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private Tensor Buffer(string name, Func<Tensor> begin)
        => buffers.TryGetValue(name, out Tensor? buffer) ? buffer : buffers[name] = begin().DetachFromDisposeScope();

    private void Clear()
    {
        foreach (Tensor buffer in buffers.Values) buffer.Dispose();
        buffers.Clear();
    }
}
