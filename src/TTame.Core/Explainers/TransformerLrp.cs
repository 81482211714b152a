using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Explainers.Lrp;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Explainers;

/// <summary>Transformer LRP: the relevance of a vision transformer's attention, weighted by its gradient and rolled out over all blocks.</summary>
/// <remarks>
/// Relevance 1 at logit y goes back through the network; per block cam = mean over the heads of relu(R_A · d logit_y/dA), A the softmax attention;
/// map = row 0 of (cam_L + I)···(cam_1 + I) without the class token. The rules divide by numbers near 0: in float32 the same computation is off by 30-40 % of the
/// map's range, so all of it runs in float64, whatever the classifier runs in. The last layer norm has eps 1e-5 here, as in the published code.
/// </remarks>
/// <source>TransformerLRP</source>
/// <deviation>D18</deviation>
public sealed class TransformerLrp : IExplainer
{
    private const double LastNormEpsilon = 1e-5;

    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new("transformer-lrp", "TransformerLRP", ForwardPasses: 2, MapScaling.AfterResizing);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        if (classifier is not IAttentionBackbone transformer)
            throw new ModelException(classifier.Card.Name, "Transformer LRP leads relevance back through the blocks of a vision transformer, and this model's blocks are not known.",
                "Use a model of the family vision_transformer whose weights are safetensors.");
        using var scope = NewDisposeScope();
        Tensor map = AttentionRollout.ToClassToken(Cams(transformer, pass.Images.Values, labels), normaliseRows: false);
        return new(ChannelMaps.Finite(Info, map.to(float32)).Values.MoveToOuterDisposeScope());
    }

    /// <summary>Per block mean over the heads of relu(R_A · d logit_y/dA): (B, T, T) float64.</summary>
    internal static IReadOnlyList<Tensor> Cams(IAttentionBackbone transformer, Tensor images, ClassLabels labels)
    {
        Tensor Weight(string name) => transformer.Weights[name].to(float64);
        (IReadOnlyList<EncoderBlock> blocks, Tensor normed, Tensor logits) = Forward(transformer, Weight, images.to(float64));
        Tensor chosen = F.one_hot(labels.Values, logits.shape[1]).to(float64);
        IList<Tensor> gradients = autograd.grad([(logits * chosen).sum()], [.. blocks.Select(block => block.Attention)]);
        using var grad = no_grad();
        Tensor relevance = ClassTokenRule.Back(normed, LinearRule.Back(normed.select(1, 0), Weight("heads.head.weight"), chosen));
        var cams = new Tensor[blocks.Count];
        for (int b = blocks.Count - 1; b >= 0; b--)
        {
            (relevance, Tensor ofAttention) = blocks[b].Back(relevance);
            cams[b] = (ofAttention * gradients[b]).relu().mean([1]);
        }
        return cams;
    }

    private static (IReadOnlyList<EncoderBlock> Blocks, Tensor Normed, Tensor Logits) Forward(IAttentionBackbone transformer, Func<string, Tensor> weight, Tensor images)
    {
        using var recording = enable_grad();
        Tensor patches = F.conv2d(images, weight("conv_proj.weight"), weight("conv_proj.bias"), [transformer.Patch, transformer.Patch]).flatten(2).transpose(1, 2);
        Tensor classToken = weight("class_token").expand(images.shape[0], -1, -1);
        Tensor tokens = (cat(new[] { classToken, patches }, 1) + weight("encoder.pos_embedding")).detach().requires_grad_();   // (B, 1 + T, D); a leaf, so that attention is recorded
        List<EncoderBlock> blocks = [];
        for (int b = 0; b < transformer.Blocks; b++)
        {
            string prefix = $"encoder.layers.encoder_layer_{b}.";
            blocks.Add(new(name => weight(prefix + name), transformer.Heads, tokens));
            tokens = blocks[b].Output;
        }
        Tensor normed = F.layer_norm(tokens, [tokens.shape[2]], weight("encoder.ln.weight"), weight("encoder.ln.bias"), LastNormEpsilon);
        return (blocks, normed, F.linear(normed.select(1, 0), weight("heads.head.weight"), weight("heads.head.bias")));
    }
}
