using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Compat.Tests;

[Trait("Kind", "Unit")]
public class TorchSharpAutogradTests
{
    [Fact]
    public void Backward_OfSquares_IsTwiceTheInput()
    {
        using var scope = NewDisposeScope();
        Tensor x = torch.tensor(new[] { 1f, -2f, 3f }, requires_grad: true);
        x.square().sum().backward();
        Assert.Equal([2f, -4f, 6f], x.grad!.data<float>().ToArray());
        x.square().sum().backward();
        Assert.Equal([4f, -8f, 12f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Grad_OfUnusedInput_IsInvalidTensor()
    {
        using var scope = NewDisposeScope();
        Tensor x = ones([2], requires_grad: true), y = ones([2], requires_grad: true);
        IList<Tensor> found = torch.autograd.grad([x.sum()], [x, y], allow_unused: true);
        Assert.Equal([1f, 1f], found[0].data<float>().ToArray());
        Assert.True(found[1].IsInvalid);
        Assert.Throws<ExternalException>(() => torch.autograd.grad([x.sum()], [y]));
    }

    [Fact]
    public void RetainGrad_OfIntermediate_IsKept()
    {
        using var scope = NewDisposeScope();
        Tensor x = ones([2], requires_grad: true);
        Tensor middle = x * 3;
        middle.retain_grad();
        (middle * middle).sum().backward();
        Assert.Equal([6f, 6f], middle.grad!.data<float>().ToArray());
        Assert.Equal([18f, 18f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void NoGrad_IsOfItsThreadOnly()
    {
        using (torch.no_grad())
        {
            Assert.False(torch.is_grad_enabled());
            bool elsewhere = false;
            var thread = new Thread(() => elsewhere = torch.is_grad_enabled());
            thread.Start();
            thread.Join();
            Assert.True(elsewhere);
        }
        Assert.True(torch.is_grad_enabled());
    }

    [Fact]
    public void InferenceMode_TensorUsedInAutograd_Throws()
    {
        using var scope = NewDisposeScope();
        Tensor made;
        using (torch.inference_mode()) made = ones([2]) * 2;
        Assert.False(torch.is_inference_mode_enabled());
        Tensor w = ones([2], requires_grad: true);
        Assert.Throws<ExternalException>(() => w * made);
    }

    [Fact]
    public void InPlace_OnLeafThatRequiresGrad_Throws()
    {
        using var scope = NewDisposeScope();
        Tensor w = ones([2], requires_grad: true);
        Assert.Throws<ExternalException>(() => w.add_(1));
        using (torch.no_grad()) w.add_(1);
        Assert.Equal([2f, 2f], w.data<float>().ToArray());
    }
}

[Trait("Kind", "Unit")]
public class TorchSharpCustomFunctionTests
{
    private sealed class Doubled : torch.autograd.SingleTensorFunction<Doubled>
    {
        public override string Name => nameof(Doubled);

        public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            ctx.save_data("factor", vars[1]);
            return x * (double)vars[1];
        }

        public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
        {
            Assert.Equal([1f, 2f], ctx.get_saved_variables()[0].data<float>().ToArray());
            return [grad_output * (double)ctx.get_data("factor") * 10, null!];
        }
    }

    private sealed class Failing : torch.autograd.SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);
        public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).alias();
        public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output) => throw new InvalidOperationException("no way back");
    }

    [Fact]
    public void CustomFunction_ForwardAndBackward_AreTheManagedOnes()
    {
        using var scope = NewDisposeScope();
        Tensor x = torch.tensor(new[] { 1f, 2f }, requires_grad: true);
        Tensor y = Doubled.apply(x, 2.0);
        Assert.Equal([2f, 4f], y.data<float>().ToArray());
        y.sum().backward();
        Assert.Equal([20f, 20f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void CustomFunction_ThatThrowsInBackward_IsAnExceptionHere()
    {
        using var scope = NewDisposeScope();
        Tensor x = ones([2], requires_grad: true);
        Assert.Contains("no way back", Assert.Throws<ExternalException>(() => Failing.apply(x).sum().backward()).Message);
    }
}
