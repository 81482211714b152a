using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Explainers.Lrp;

/// <summary>Relevance where the class token alone goes on to the head.</summary>
internal static class ClassTokenRule
{
    /// <summary>x₀·(R/x₀) at the class token, 0 at every other token.</summary>
    /// <param name="tokens">(B, T, D).</param>
    /// <param name="relevance">(B, D): of the class token.</param>
    /// <returns>(B, T, D).</returns>
    public static Tensor Back(Tensor tokens, Tensor relevance)
    {
        using var scope = NewDisposeScope();
        Tensor first = tokens.select(1, 0), back = zeros_like(tokens);
        back.select(1, 0).copy_(first * SafeDivision.Divide(relevance, first));
        return back.MoveToOuterDisposeScope();
    }
}
