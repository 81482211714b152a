namespace TTame.Core.Training;

/// <summary>The four hyperparameters of the loss, λ₁ to λ₄.</summary>
/// <param name="CrossEntropy">λ₁, weight of the cross-entropy.</param>
/// <param name="Area">λ₂, weight of the regulariser (area plus variation).</param>
/// <param name="Variation">λ₃, weight of the variation within the regulariser; the variation's own weight in the loss is λ₂·λ₃.</param>
/// <param name="AreaExponent">λ₄, the power to which map values are raised in the area term.</param>
/// <source>T-TAME:Eq. 11</source>
public sealed record LossWeights(double CrossEntropy = 1.5, double Area = 2, double Variation = 0.005, double AreaExponent = 0.3)
{
    /// <summary>The paper's values, used for every backbone: 1.5, 2, 0.005, 0.3.</summary>
    public static LossWeights Default { get; } = new();
}

/// <summary>The three terms of one step's loss before their weights, and the weighted sum.</summary>
/// <param name="Total">The loss that was minimised.</param>
/// <param name="CrossEntropy">Mean cross-entropy of the masked images, in nats.</param>
/// <param name="Area">Area term.</param>
/// <param name="Variation">Variation term.</param>
public readonly record struct LossParts(double Total, double CrossEntropy, double Area, double Variation)
{
    /// <summary>Adds term by term, for running sums.</summary>
    public static LossParts operator +(LossParts a, LossParts b)
        => new(a.Total + b.Total, a.CrossEntropy + b.CrossEntropy, a.Area + b.Area, a.Variation + b.Variation);

    /// <summary>Divides term by term, for means.</summary>
    public static LossParts operator /(LossParts a, double n) => new(a.Total / n, a.CrossEntropy / n, a.Area / n, a.Variation / n);
}
