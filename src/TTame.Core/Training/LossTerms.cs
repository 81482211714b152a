using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>Area and variation of the maps in Ψ, in the paper's form and in the official code's.</summary>
public static class LossTerms
{
    /// <summary>The smallest map value that the paper's area term sees: at 0 its derivative is infinite, and a sigmoid can underflow to 0.</summary>
    public const double SmallestMapValue = 1e-12;

    /// <summary>What the official code adds to every map value before the power.</summary>
    public const double OfficialAreaEpsilon = 0.0005;

    /// <summary>The official code's weight of the border within its variation term.</summary>
    public const double OfficialBorderWeight = 0.3;

    /// <summary>Mean of Ψ^λ₄ over all map values.</summary>
    /// <param name="psi">(B, P, h, w), [0, 1]: P maps per image.</param>
    /// <param name="exponent">λ₄.</param>
    /// <returns>Scalar.</returns>
    /// <source>T-TAME:Eq. 16</source>
    public static Tensor Area(Tensor psi, double exponent) => psi.clamp_min(SmallestMapValue).pow(exponent).mean();

    /// <summary>Half the mean of the squared differences between neighbours, over all map values.</summary>
    /// <param name="psi">(B, P, h, w), [0, 1].</param>
    /// <returns>Scalar: V of one image has S = P·h·w values; the batch mean is taken.</returns>
    /// <source>T-TAME:Eq. 17</source>
    public static Tensor Variation(Tensor psi) => SquaredDifferences(psi) / (2.0 * psi.NumberOfElements);

    /// <summary>The official area: mean of (Ψ + 0.0005)^λ₄.</summary>
    /// <param name="psi">(B, P, h, w), [0, 1].</param>
    /// <param name="exponent">λ₄.</param>
    /// <returns>Scalar.</returns>
    /// <deviation>D4</deviation>
    public static Tensor OfficialArea(Tensor psi, double exponent) => (psi + OfficialAreaEpsilon).pow(exponent).mean();

    /// <summary>The official variation: squared differences and 0.3 times the squared border, summed over all maps, divided by 2B.</summary>
    /// <param name="psi">(B, P, h, w), [0, 1].</param>
    /// <returns>Scalar. Corners count twice; neither the number of maps nor their size divides the sum.</returns>
    /// <deviation>D4</deviation>
    public static Tensor OfficialVariation(Tensor psi)
        => (SquaredDifferences(psi) + OfficialBorderWeight * SquaredBorder(psi)) / (2.0 * psi.size(0));

    private static Tensor SquaredDifferences(Tensor psi)
    {
        long h = psi.size(2), w = psi.size(3);
        Tensor down = psi.narrow(2, 1, h - 1) - psi.narrow(2, 0, h - 1);
        Tensor right = psi.narrow(3, 1, w - 1) - psi.narrow(3, 0, w - 1);
        return down.square().sum() + right.square().sum();
    }

    private static Tensor SquaredBorder(Tensor psi)
    {
        long h = psi.size(2), w = psi.size(3);
        return psi.select(2, 0).square().sum() + psi.select(2, h - 1).square().sum()
             + psi.select(3, 0).square().sum() + psi.select(3, w - 1).square().sum();
    }
}
