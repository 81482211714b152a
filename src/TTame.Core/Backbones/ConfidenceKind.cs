using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>How a classifier's logits become confidences.</summary>
public enum ConfidenceKind
{
    /// <summary>Classes exclude each other: softmax over them.</summary>
    Softmax,

    /// <summary>Each class on its own (multi-label; a single logit included): sigmoid.</summary>
    Sigmoid,
}

/// <summary>Confidences from logits.</summary>
public static class Confidences
{
    /// <summary>The confidence of every class.</summary>
    /// <param name="kind">How this classifier's logits are meant.</param>
    /// <param name="logits">(B, C).</param>
    /// <returns>(B, C), [0, 1].</returns>
    public static Tensor Of(this ConfidenceKind kind, Logits logits)
        => kind == ConfidenceKind.Sigmoid ? logits.Values.sigmoid() : logits.Values.softmax(1);

    /// <summary>The confidence of one class per image.</summary>
    /// <param name="kind">How this classifier's logits are meant.</param>
    /// <param name="logits">(B, C).</param>
    /// <param name="labels">(B).</param>
    /// <returns>(B), [0, 1].</returns>
    public static Tensor Of(this ConfidenceKind kind, Logits logits, ClassLabels labels)
    {
        using var scope = NewDisposeScope();
        return kind.Of(logits).gather(1, labels.Values.unsqueeze(1)).squeeze(1).MoveToOuterDisposeScope();
    }
}
