using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Explainers.Lrp;

/// <summary>Relevance through a matrix product, in which both factors are activations: half to each.</summary>
internal static class ProductRule
{
    /// <summary>s = R/(A·B); R_A = A·(s·Bᵀ)/2, R_B = B·(Aᵀ·s)/2.</summary>
    /// <param name="a">(B, heads, n, m).</param>
    /// <param name="b">(B, heads, m, p).</param>
    /// <param name="relevance">(B, heads, n, p): of the product.</param>
    public static (Tensor A, Tensor B) Back(Tensor a, Tensor b, Tensor relevance)
    {
        using var scope = NewDisposeScope();
        Tensor s = SafeDivision.Divide(relevance, a.matmul(b));
        return scope.MoveToOuter(a * s.matmul(b.transpose(-2, -1)) / 2, b * a.transpose(-2, -1).matmul(s) / 2);
    }
}
