using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Adam with decoupled weight decay; biases do not decay. The schedule's momentum is β₁.</summary>
/// <remarks>p ← p·(1 − rate·wd); m = β₁·m + (1 − β₁)·g; v = β₂·v + (1 − β₂)·g²; p ← p − rate·m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).</remarks>
/// <source>AdamW</source>
/// <param name="parameters">Leaves that require a gradient, with their names.</param>
/// <param name="weightDecay">wd of everything that is no bias.</param>
public sealed class AdamW(IReadOnlyList<(string Name, Tensor Value)> parameters, double weightDecay) : BufferedOptimizer(parameters, weightDecay)
{
    private const double Beta2 = 0.999, Epsilon = 1e-8;
    private const string First = ".m", Second = ".v", Steps = "steps";

    /// <inheritdoc/>
    public override void Step(double rate, double momentum)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor counter = Buffer(Steps, () => zeros([1], ScalarType.Float64));
        counter.add_(1);
        double step = counter.ToDouble(), first = 1 - Math.Pow(momentum, step), second = 1 - Math.Pow(Beta2, step);
        foreach ((string name, Tensor parameter) in Parameters)
        {
            if (parameter.grad is not { } gradient) continue;
            using var perParameter = NewDisposeScope();
            if (WeightDecay != 0 && Decays(name)) parameter.mul_(1 - rate * WeightDecay);
            Tensor m = Buffer(name + First, () => zeros_like(parameter)), v = Buffer(name + Second, () => zeros_like(parameter));
            m.mul_(momentum).add_(gradient, alpha: 1 - momentum);
            v.mul_(Beta2).add_(gradient.square(), alpha: 1 - Beta2);
            parameter.add_(m / ((v / second).sqrt() + Epsilon), alpha: -rate / first);
        }
    }

    /// <inheritdoc/>
    private protected override void RestoreBuffers(IReadOnlyDictionary<string, Tensor> state)
    {
        if (state.TryGetValue(Steps, out Tensor? steps)) Keep(Steps, steps.cpu().clone());
        foreach ((string name, Tensor parameter) in Parameters)
            foreach (string buffer in new[] { name + First, name + Second })
                if (state.TryGetValue(buffer, out Tensor? value)) Keep(buffer, value.to(parameter.dtype, parameter.device, copy: true));
    }
}
