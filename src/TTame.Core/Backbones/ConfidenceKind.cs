using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

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

    /// <summary>How surprising one class per image is to the classifier: minus the logarithm of its confidence, batch mean. What training keeps small.</summary>
    /// <param name="kind">How this classifier's logits are meant.</param>
    /// <param name="logits">(B, C).</param>
    /// <param name="labels">(B) int64.</param>
    /// <returns>Scalar, at least 0, attached to the graph.</returns>
    public static Tensor CrossEntropy(this ConfidenceKind kind, Logits logits, ClassLabels labels)
        => kind == ConfidenceKind.Sigmoid
            ? F.softplus(-logits.Values.gather(1, labels.Values.unsqueeze(1))).mean()   // −log sigmoid(x) = softplus(−x)
            : F.cross_entropy(logits.Values, labels.Values);

    /// <summary>Whether the classifier still decides on one class per image as it did.</summary>
    /// <param name="kind">How this classifier's logits are meant.</param>
    /// <param name="before">(B, C): its answer to the whole images.</param>
    /// <param name="after">(B, C): its answer to changed ones.</param>
    /// <param name="labels">(B) int64.</param>
    /// <returns>(B) bool. Softmax: the class is the most confident one. Sigmoid: it is still above or still below one half.</returns>
    public static Tensor Keeps(this ConfidenceKind kind, Logits before, Logits after, ClassLabels labels)
    {
        using var scope = NewDisposeScope();
        Tensor own = labels.Values.unsqueeze(1);
        Tensor kept = kind == ConfidenceKind.Sigmoid
            ? (before.Values.gather(1, own).gt(0) == after.Values.gather(1, own).gt(0)).squeeze(1)
            : after.Values.argmax(1) == labels.Values;
        return kept.MoveToOuterDisposeScope();
    }
}
