using TorchSharp;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

public sealed class NesterovSgdTests
{
    [Fact]
    [Trait("Kind", "Unit")]
    public void Step_TwoSteps_FollowsTheFormulaByHand()
    {
        using var scope = NewDisposeScope();
        Tensor p = Leaf(1.0);
        using NesterovSgd sgd = new([("convs.0.weight", p)], weightDecay: 0.1);

        p.sum().backward();                                              // gradient 1
        sgd.Step(0.5, 0.9);                                              // d = 1 + 0.1·1 = 1.1; buf = 1.1; p = 1 − 0.5·(1.1 + 0.99)
        Assert.Equal(1 - 0.5 * 2.09, p.ToDouble(), 1e-12);
        double second = p.ToDouble();
        sgd.Step(0.5, 0.8);                                              // same gradient again; momentum may change from step to step
        double d = 1 + 0.1 * second, buffer = 0.8 * 1.1 + d;
        Assert.Equal(second - 0.5 * (d + 0.8 * buffer), p.ToDouble(), 1e-12);
    }

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData("convs.0.bias")]
    [InlineData("bns.2.bias")]
    [InlineData("fuser.bias")]
    public void Step_Bias_DoesNotDecay(string name)
    {
        using var scope = NewDisposeScope();
        Tensor p = Leaf(1.0);
        using NesterovSgd sgd = new([(name, p)], weightDecay: 0.1);

        (p * 0).sum().backward();
        sgd.Step(0.5, 0.9);

        Assert.Equal(1.0, p.ToDouble());
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Restore_AfterEveryStep_SameBitsAsUninterrupted()
    {
        using var scope = NewDisposeScope();
        Tensor whole = Leaf(0.3), broken = Leaf(0.3);
        using NesterovSgd kept = new([("w", whole)], 5e-4);
        NesterovSgd current = new([("w", broken)], 5e-4);
        for (int step = 0; step < 5; step++)
        {
            Square(whole);
            kept.Step(0.1, 0.85 + 0.01 * step);
            Square(broken);
            current.Step(0.1, 0.85 + 0.01 * step);
            NesterovSgd next = new([("w", broken)], 5e-4);
            next.Restore(current.State);
            current.Dispose();
            current = next;
        }
        current.Dispose();

        Assert.Equal(BitConverter.DoubleToInt64Bits(whole.ToDouble()), BitConverter.DoubleToInt64Bits(broken.ToDouble()));
    }

    private static void Square(Tensor p)
    {
        p.grad = null;
        p.square().sum().backward();
    }

    private static Tensor Leaf(double value) => tensor(new[] { value }, float64, requires_grad: true);
}
