using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Stochastic gradient descent with Nesterov momentum; biases do not decay.</summary>
/// <remarks>d = g + wd·p; buf = d at the first step, else μ·buf + d; p −= rate·(d + μ·buf). wd = 0 for every parameter whose name ends in <c>bias</c>.</remarks>
/// <source>T-TAME:§IV-C</source>
/// <param name="parameters">Leaves that require a gradient, with their names.</param>
/// <param name="weightDecay">wd of everything that is no bias.</param>
public sealed class NesterovSgd(IReadOnlyList<(string Name, Tensor Value)> parameters, double weightDecay) : BufferedOptimizer(parameters, weightDecay)
{
    /// <inheritdoc/>
    public override void Step(double rate, double momentum)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach ((string name, Tensor parameter) in Parameters)
        {
            if (parameter.grad is not { } gradient) continue;
            double decay = Decays(name) ? WeightDecay : 0;
            Tensor direction = decay == 0 ? gradient : gradient.add(parameter, alpha: decay);
            bool first = !Has(name);
            Tensor buffer = Buffer(name, direction.clone);
            if (!first) buffer.mul_(momentum).add_(direction);
            parameter.add_(direction.add(buffer, alpha: momentum), alpha: -rate);
        }
    }

    /// <inheritdoc/>
    private protected override void RestoreBuffers(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach ((string name, Tensor parameter) in Parameters)
            if (state.TryGetValue(name, out Tensor? buffer)) Keep(name, buffer.to(parameter.dtype, parameter.device, copy: true));
    }
}
