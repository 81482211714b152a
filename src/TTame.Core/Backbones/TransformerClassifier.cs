using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>A vision transformer of this library seen as a classifier, open to the methods that look at its attention.</summary>
internal sealed class TransformerClassifier(VisionTransformer network, ModelCard card, IReadOnlyList<FeatureTap> taps, ClassTokenUse classToken)
    : NetworkClassifier(network, card, taps, classToken), IAttentionBackbone
{
    private TransformerShape Form => ((VisionTransformer)Network).Form;

    public IReadOnlyDictionary<string, Tensor> Weights => Network.Weights.Taken;

    public int Heads => Form.Heads;

    public int Blocks => Form.Layers;

    public int Patch => Form.PatchSize;

    public Logits ClassifyThrough(NormalizedImages images, Func<int, Tensor, Tensor> attention)
    {
        using var scope = NewDisposeScope();
        return new(Run(images, new() { Attention = attention }).Values.MoveToOuterDisposeScope());
    }
}
