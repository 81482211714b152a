using TorchSharp;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

public sealed class AdamWTests
{
    [Fact]
    [Trait("Kind", "Unit")]
    public void Step_First_MovesByTheRateAgainstTheGradientAndDecaysWeightsOnly()
    {
        using Tensor weight = tensor(new[] { 2f }).requires_grad_(), bias = tensor(new[] { 2f }).requires_grad_();
        using AdamW optimiser = new([("weight", weight), ("bias", bias)], weightDecay: 0.5);
        (weight.grad, bias.grad) = (tensor(new[] { 3f }), tensor(new[] { -3f }));

        optimiser.Step(0.1, 0.9);

        // first step: m/(1 − β₁) / √(v/(1 − β₂)) = g/|g|
        Assert.Equal(2 * (1 - 0.05) - 0.1, weight.item<float>(), 5);
        Assert.Equal(2 + 0.1, bias.item<float>(), 5);
    }
}
