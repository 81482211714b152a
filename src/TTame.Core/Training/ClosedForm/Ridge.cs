using TorchSharp;
using static TorchSharp.torch;

namespace TTame.Core.Training.ClosedForm;

/// <summary>Ridge regression from its normal equations, all outputs at once, the penalty given or chosen by generalised cross-validation.</summary>
/// <remarks>
/// W = D·(DGD + λI)⁻¹·DR, D = diag(G/n)^(−1/2): inputs are brought to one scale, so that one λ serves all. With DGD = QSQᵀ and r = QᵀDR every λ costs only sums:
/// RSS(λ) = T − Σ r²·(2/(s+λ) − s/(s+λ)²), df(λ) = Σ s/(s+λ), GCV(λ) = n·RSS/(n − df)².
/// </remarks>
/// <source>GCV</source>
public static class Ridge
{
    /// <summary>Penalties tried, as shares of n: from 10⁻⁵ to 10, five a decade.</summary>
    private static readonly double[] Shares = [.. Enumerable.Range(-25, 31).Select(step => Math.Pow(10, step / 5.0))];

    /// <summary>Solves.</summary>
    /// <param name="gram">G = Σφφᵀ, (K, K) float64.</param>
    /// <param name="cross">R = Σφlᵀ, (K, C) float64.</param>
    /// <param name="squares">Σl², (C) float64.</param>
    /// <param name="rows">n, the rows summed.</param>
    /// <param name="share">λ/n; null: by generalised cross-validation.</param>
    /// <returns>(C, K) float64, and λ/n.</returns>
    public static (Tensor Weights, double Share) Solve(Tensor gram, Tensor cross, Tensor squares, double rows, double? share = null)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        Tensor diagonal = gram.diagonal() / rows;
        Tensor silent = diagonal.le(0);                                              // an input that never varied
        Tensor scale = diagonal.masked_fill(silent, 1).rsqrt().masked_fill(silent, 0);
        Tensor scaled = gram * scale.unsqueeze(0) * scale.unsqueeze(1);
        (Tensor values, Tensor vectors) = linalg.eigh(scaled);
        values = values.clamp_min(0);
        Tensor rotated = vectors.t().mm(cross * scale.unsqueeze(1));                 // r, (K, C)
        double chosen = share ?? Choose(values, rotated.square().sum([1]), squares.sum().ToDouble(), rows);
        Tensor solution = vectors.mm(rotated / (values + chosen * rows).unsqueeze(1)) * scale.unsqueeze(1);
        return (solution.t().contiguous().MoveToOuterDisposeScope(), chosen);
    }

    // With about as many degrees of freedom as rows the score is 0/0.
    private const double MostFreedom = 0.9;

    private static double Choose(Tensor values, Tensor energy, double total, double rows)
    {
        double[] s = [.. values.data<double>()], r = [.. energy.data<double>()];
        double best = Shares[^1], least = double.PositiveInfinity;
        foreach (double share in Shares)
        {
            double penalty = share * rows, residual = total, freedom = 0;
            for (int k = 0; k < s.Length; k++)
            {
                double shrunk = s[k] + penalty;
                residual -= r[k] * (2 / shrunk - s[k] / (shrunk * shrunk));
                freedom += s[k] / shrunk;
            }
            if (freedom > MostFreedom * rows) continue;
            double score = rows * Math.Max(residual, 0) / Math.Pow(Math.Max(rows - freedom, 1), 2);
            if (score < least) (best, least) = (share, score);
        }
        return best;
    }
}
