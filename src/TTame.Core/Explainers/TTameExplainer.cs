using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>T-TAME: the trained attention mechanism reads the map off the feature maps of the one pass that classified the image.</summary>
/// <param name="attention">Not disposed here.</param>
/// <source>T-TAME:§III-D</source>
public sealed class TTameExplainer(AttentionMechanism attention) : IExplainer
{
    /// <summary>Name on the command line.</summary>
    public const string Name = "t-tame";

    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new(Name, "T-TAME", ForwardPasses: 1);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        using var frozen = no_grad();
        return ChannelMaps.Finite(Info, attention.Explain(pass.Features, labels.Values.unsqueeze(1)).Values);      // (B, 1, h, w), before the sigmoid
    }
}
