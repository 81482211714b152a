namespace TorchSharp;

// Copies and comparisons: the forms that take the tensor as their first argument.
public static partial class torch
{
    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) => tensor.allclose(target, rtol, atol, equal_nan);
    public static Tensor clone(Tensor input) => input.clone();
    public static Tensor equal(Tensor tensor, Tensor target) => tensor.equal(target);
    public static Tensor isclose(Tensor tensor, Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false) => tensor.isclose(other, rtol, atol, nanEqual);
    public static long numel(Tensor input) => input.numel();
}
