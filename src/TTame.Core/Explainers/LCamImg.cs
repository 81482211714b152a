using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>L-CAM-Img: one trained 1×1 convolution reads the class's map off the last feature map.</summary>
/// <remarks>c = op(L); map = c_y, before the sigmoid. Trained like T-TAME, by the same trainer.</remarks>
/// <param name="attention">Of variant <see cref="AttentionVariant.LCam"/>; not disposed here.</param>
/// <param name="tap">The tap that it reads. Where the pass does not hold it, the network is run to it once more.</param>
/// <source>L-CAM</source>
public sealed class LCamImg(AttentionMechanism attention, FeatureTap tap) : IExplainer
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "l-cam-img";

    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = attention.Variant == AttentionVariant.LCam
        ? new(Name, "L-CAM", ForwardPasses: 1)
        : throw new ArgumentException($"L-CAM-Img needs a mechanism of variant {AttentionVariant.LCam.Name}, not {attention.Variant.Name}.", nameof(attention));

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        int place = Enumerable.Range(0, classifier.Taps.Count).FirstOrDefault(i => classifier.Taps[i].Name == tap.Name, -1);
        Tensor grid = place >= 0 ? pass.Features.Values[place] : LayerPass.Grid(classifier.ForwardTo(tap.Name, pass.Images).Activations.detach());
        Tensor map = attention.Explain(new([grid]), labels.Values.unsqueeze(1)).Values;            // (B, 1, h, w)
        return new(ChannelMaps.Finite(Info, map).Values.MoveToOuterDisposeScope());
    }
}
