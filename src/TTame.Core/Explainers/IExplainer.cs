using TTame.Core.Backbones;
using TTame.Core.Primitives;

namespace TTame.Core.Explainers;

/// <summary>A method that says which places of an image speak for a class.</summary>
/// <remarks>Nothing depends on an earlier call: everything <see cref="Explain"/> needs, it is given.</remarks>
public interface IExplainer
{
    /// <summary>Its name, where it comes from and what it costs.</summary>
    ExplainerInfo Info { get; }

    /// <summary>Explains <paramref name="labels"/>, one class per image. Leaves the classifier as it found it.</summary>
    /// <param name="classifier">The classifier that is explained.</param>
    /// <param name="pass">Images, logits and feature maps of ONE backbone call, made before; T-TAME needs no other.</param>
    /// <param name="labels">(B) int64.</param>
    /// <returns>(B, 1, h, w) float32, unscaled, finite, at the method's own resolution. Disposed by the caller.</returns>
    /// <exception cref="ModelException">The method does not apply to this classifier; the message says why.</exception>
    /// <exception cref="ImageContentException">Code <c>numeric</c>: a map holds NaN or infinity.</exception>
    ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels);
}
