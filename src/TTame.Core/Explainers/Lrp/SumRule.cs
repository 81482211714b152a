using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Explainers.Lrp;

/// <summary>Relevance through a residual sum a + b: each summand by its share, then both scaled so that neither swells and the whole is conserved.</summary>
internal static class SumRule
{
    /// <summary>s = R/(a+b); r_a = a·s, r_b = b·s; r_a is scaled to the sum |Σr_a| / (|Σr_a| + |Σr_b|) · ΣR, r_b likewise; sums over one image.</summary>
    /// <param name="a">(B, T, D).</param>
    /// <param name="b">(B, T, D).</param>
    /// <param name="relevance">(B, T, D).</param>
    public static (Tensor A, Tensor B) Back(Tensor a, Tensor b, Tensor relevance)
    {
        using var scope = NewDisposeScope();
        Tensor s = SafeDivision.Divide(relevance, a + b), ra = a * s, rb = b * s;
        Tensor sumA = OfImage(ra), sumB = OfImage(rb), whole = OfImage(relevance), both = sumA.abs() + sumB.abs();
        Tensor factorA = SafeDivision.Divide(sumA.abs(), both) * whole, factorB = SafeDivision.Divide(sumB.abs(), both) * whole;
        return scope.MoveToOuter(ra * SafeDivision.Divide(factorA, sumA), rb * SafeDivision.Divide(factorB, sumB));
    }

    private static Tensor OfImage(Tensor r) => r.sum([1, 2], keepdim: true);
}
