using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Explainers.Lrp;

/// <summary>Relevance at a fork, where one tensor goes two ways.</summary>
internal static class BranchRule
{
    /// <summary>x·(R₁/x + R₂/x): the sum of both, and 0 where x is 0.</summary>
    public static Tensor Back(Tensor x, Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        return (x * (SafeDivision.Divide(first, x) + SafeDivision.Divide(second, x))).MoveToOuterDisposeScope();
    }
}
