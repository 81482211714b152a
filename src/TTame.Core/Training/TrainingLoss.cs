using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Training;

/// <summary>The loss that the attention mechanism minimises: stay recognised when masked, with small and smooth maps.</summary>
/// <remarks>λ₁·CE + λ₂·(area + λ₃·variation); which area and variation, <see cref="LossKind"/> says.</remarks>
/// <param name="Kind">Which area and variation.</param>
/// <param name="Weights">λ₁ to λ₄.</param>
/// <param name="Confidence">How the classifier's logits are meant: the cross-entropy is that of the label's confidence.</param>
/// <source>T-TAME:Eq. 11</source>
public sealed record TrainingLoss(LossKind Kind, LossWeights Weights, ConfidenceKind Confidence = ConfidenceKind.Softmax)
{
    /// <summary>Computes the loss of one batch.</summary>
    /// <param name="psi">(B, P, h, w), [0, 1]: the maps that area and variation see, at the attention mechanism's own size.</param>
    /// <param name="masked">(B, C): the classifier's answer to the masked images.</param>
    /// <param name="labels">(B) int64: model-truth labels.</param>
    /// <returns>The scalar to differentiate and its three terms, all attached to the graph.</returns>
    public LossTensors Of(Tensor psi, Logits masked, ClassLabels labels)
    {
        Shape.Require(psi, "B", "P", "h", "w");
        Tensor crossEntropy = Confidence.CrossEntropy(masked, labels);
        (Tensor area, Tensor variation) = Kind == LossKind.Paper
            ? (LossTerms.Area(psi, Weights.AreaExponent), LossTerms.Variation(psi))
            : (LossTerms.OfficialArea(psi, Weights.AreaExponent), LossTerms.OfficialVariation(psi));
        Tensor total = Weights.CrossEntropy * crossEntropy + Weights.Area * area + (Weights.Area * Weights.Variation) * variation;
        return new LossTensors(total, crossEntropy, area, variation);
    }
}

/// <summary>One step's loss as scalar tensors, still attached to the graph.</summary>
/// <param name="Total">The weighted sum.</param>
/// <param name="CrossEntropy">Unweighted cross-entropy.</param>
/// <param name="Area">Unweighted area.</param>
/// <param name="Variation">Unweighted variation.</param>
public readonly record struct LossTensors(Tensor Total, Tensor CrossEntropy, Tensor Area, Tensor Variation)
{
    /// <summary>Reads the four numbers; waits for the device.</summary>
    public LossParts Read() => new(Total.ToDouble(), CrossEntropy.ToDouble(), Area.ToDouble(), Variation.ToDouble());
}
