using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>Iterated Integrated Attributions for CNNs: gradient times activation at the last feature map, summed along the way from a black to the whole image.</summary>
/// <remarks>
/// Images t·x of the normalised image x for t = 0, 1/n, …, 1; map = Σ_t Σ_k g·relu(A), g = d logit_y/dA at that image. n + 1 passes. The published code also
/// interpolates the activations, but its baseline equals them, so that this adds nothing.
/// </remarks>
/// <param name="layer">A; null for the classifier's last feature tap.</param>
/// <param name="steps">n; 10 in the published code.</param>
/// <source>IIA</source>
/// <deviation>D19</deviation>
public sealed class IiaCnn(string? layer = null, int steps = IiaCnn.DefaultSteps) : IExplainer
{
    /// <summary>The published code's number of steps.</summary>
    public const int DefaultSteps = 10;

    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new("iia", "IIA", steps + 2, MapScaling.AfterBicubicResizing);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        for (int step = 0; step <= steps; step++)
        {
            using var inner = NewDisposeScope();
            using LayerPass at = classifier.ForwardTo(layer ?? classifier.Taps[^1].Name, new(pass.Images.Values * (step / (float)steps)));
            Tensor gradient = ChannelMaps.Gradient(at, labels);
            using var grad = no_grad();
            Tensor part = (LayerPass.Grid(gradient) * LayerPass.Grid(at.Activations).relu()).sum(1, keepdim: true);
            sum = (sum is null ? part : sum + part).MoveToOuterDisposeScope();
        }
        return new(ChannelMaps.Finite(Info, sum!.detach()).Values.MoveToOuterDisposeScope());
    }
}
