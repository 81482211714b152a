using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Compat.Tests;

[Trait("Kind", "Unit")]
public class TorchSharpOptimTests
{
    // Three steps on f(p) = p² / 2 (gradient p), by the formulas.
    [Theory]
    [InlineData(0.0, 0.0, 0.0, false)]
    [InlineData(0.9, 0.0, 0.0, false)]
    [InlineData(0.9, 0.0, 0.01, true)]
    [InlineData(0.9, 0.5, 0.01, false)]
    public void Step_OfSgd_FollowsTheFormula(double momentum, double dampening, double decay, bool nesterov)
    {
        using var p = new Parameter(torch.tensor(new[] { 1.0 }));
        using SGD sgd = torch.optim.SGD([p], 0.1, momentum, dampening, decay, nesterov);
        double expected = 1, buffer = double.NaN;
        for (int step = 0; step < 3; step++)
        {
            sgd.zero_grad();
            using (DisposeScope scope = NewDisposeScope()) (p * p / 2).sum().backward();
            Assert.Null(sgd.step());

            double g = expected + decay * expected;
            buffer = double.IsNaN(buffer) ? g : momentum * buffer + (1 - dampening) * g;
            expected -= 0.1 * (momentum == 0 ? g : nesterov ? g + momentum * buffer : buffer);
            Assert.Equal(expected, p.item<double>(), 12);
        }
        Assert.False(p.IsInvalid);
    }

    [Fact]
    public void ParamGroups_WithAndWithoutOptions_TakeDefaultsForTheRest()
    {
        using var bias = new Parameter(ones([1]));
        using var weight = new Parameter(ones([1]));
        using SGD sgd = torch.optim.SGD(
            [new SGD.ParamGroup { Parameters = [bias], Options = new SGD.Options { weight_decay = 0 } }, new SGD.ParamGroup([weight], lr: 0.5)],
            0.1, momentum: 0.9, weight_decay: 1e-4, nesterov: true);
        SGD.ParamGroup[] groups = [.. sgd.ParamGroups.Cast<SGD.ParamGroup>()];
        Assert.Equal((0.1, 0.9, 0.0, true), (groups[0].LearningRate, groups[0].Momentum, groups[0].Options.weight_decay, groups[0].Options.nesterov));
        Assert.Equal((0.5, 0.0, 0.0, false), (groups[1].LearningRate, groups[1].Momentum, groups[1].Options.weight_decay, groups[1].Options.nesterov));
        Assert.Equal(0.1, groups[0].InitialLearningRate);
        sgd.Momentum = 0.5;
        Assert.Equal(0.9, groups[0].Momentum);
        Assert.Equal(2, sgd.parameters().Count());
    }

    [Fact]
    public void ZeroGrad_FillsWithZeros_GradientStays()
    {
        using var p = new Parameter(ones([2]));
        using SGD sgd = torch.optim.SGD([("p", p)], 0.1);
        using DisposeScope scope = NewDisposeScope();
        (p * 3).sum().backward();
        sgd.zero_grad();
        Assert.Equal([0f, 0f], p.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Step_AfterParameterWasReplaced_IsKeyNotFound()
    {
        var p = new Parameter(ones([2]));
        var group = new SGD.ParamGroup { Parameters = [p] };
        using SGD sgd = torch.optim.SGD([group], 0.1);
        using var other = new Parameter(ones([2]));
        group.Parameters = [other];
        Assert.Throws<KeyNotFoundException>(() => sgd.step());
        p.Dispose();
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        using var p = new Parameter(ones([2]));
        Assert.Throws<ArgumentException>(() => torch.optim.SGD([p], -0.1));
        Assert.Throws<ArgumentException>(() => torch.optim.SGD([p], 0.1, momentum: -1));
        Assert.Throws<ArgumentException>(() => torch.optim.SGD([p], 0.1, weight_decay: -1));
        Assert.Throws<ArgumentException>(() => torch.optim.SGD([p], 0.1, nesterov: true));
        Assert.Throws<ArgumentException>(() => torch.optim.SGD([p], 0.1, momentum: 0.9, dampening: 0.1, nesterov: true));
    }
}
