using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Explainers.Lrp;

/// <summary>Division that every relevance rule uses: away from 0 by 1e-9, and 0 where the divisor is 0.</summary>
internal static class SafeDivision
{
    private const double Epsilon = 1e-9;

    /// <summary>a / (b ± 1e-9), exactly a / (max(b, 1e-9) + min(b, 1e-9)); 0 where b = 0. Shapes broadcast.</summary>
    public static Tensor Divide(Tensor a, Tensor b)
    {
        Tensor divisor = b.clamp_min(Epsilon) + b.clamp_max(Epsilon);
        divisor = where(divisor == 0, full_like(divisor, Epsilon), divisor);
        return where(b == 0, zeros_like(divisor), a / divisor);
    }
}
