using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Explainers.Lrp;

/// <summary>Relevance through a linear layer: handed back along contributions of one sign only (αβ-rule with α = 1, β = 0), without the bias.</summary>
internal static class LinearRule
{
    /// <summary>z = x⁺W⁺ᵀ + x⁻W⁻ᵀ; R_x = x⁺·(R/z · W⁺) + x⁻·(R/z · W⁻).</summary>
    /// <param name="x">(…, I): the layer's input.</param>
    /// <param name="weight">(O, I).</param>
    /// <param name="relevance">(…, O): of the layer's output.</param>
    /// <returns>(…, I). Conserves the sum where no z is 0.</returns>
    public static Tensor Back(Tensor x, Tensor weight, Tensor relevance)
    {
        using var scope = NewDisposeScope();
        Tensor xPlus = x.clamp_min(0), xMinus = x.clamp_max(0), wPlus = weight.clamp_min(0), wMinus = weight.clamp_max(0);
        Tensor z = nn.functional.linear(xPlus, wPlus) + nn.functional.linear(xMinus, wMinus);
        Tensor s = SafeDivision.Divide(relevance, z);
        Tensor back = xPlus * nn.functional.linear(s, wPlus.t()) + xMinus * nn.functional.linear(s, wMinus.t());
        return back.MoveToOuterDisposeScope();
    }
}
