using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>Iterated Integrated Attributions for vision transformers: attention times its gradient, averaged along images and along the last block's attention.</summary>
/// <remarks>
/// For each image t·x of the normalised image, t = 0, 1/n, …, 1, S is the last block's attention. For each u = 0, 1/n, …, 1 the network runs again with u·S there;
/// per block relu(A · d logit_y/dA). Mean over all (n + 1)² runs and over the heads, then rollout of mean + I with rows divided by their sums.
/// (n + 1)·(n + 2) passes.
/// </remarks>
/// <param name="steps">n; 5 in the published code.</param>
/// <source>IIA</source>
/// <deviation>D19</deviation>
public sealed class IiaVit(int steps = IiaVit.DefaultSteps) : IExplainer
{
    /// <summary>The published code's number of steps.</summary>
    public const int DefaultSteps = 5;

    /// <inheritdoc/>
    public ExplainerInfo Info { get; } = new("iia", "IIA", (steps + 1) * (steps + 2) + 1);

    /// <inheritdoc/>
    public ExplanationMaps Explain(IClassifier classifier, ForwardPass pass, ClassLabels labels)
    {
        if (classifier is not IAttentionBackbone transformer)
            throw new ModelException(classifier.Card.Name, "IIA replaces the attention of a vision transformer's last block, and this model does not show its attention.",
                "Use a model of the family vision_transformer whose weights are safetensors.");
        using var scope = NewDisposeScope();
        var sums = new Tensor?[transformer.Blocks];
        for (int image = 0; image <= steps; image++)
        {
            Tensor scaled = pass.Images.Values.detach() * (image / (float)steps);
            using Tensor last = LastAttention(transformer, scaled);
            for (int share = 0; share <= steps; share++) AddRun(transformer, scaled, last * (share / (float)steps), labels, sums);
        }
        Tensor[] means = [.. sums.Select(sum => sum! / ((steps + 1) * (steps + 1)))];
        return new(ChannelMaps.Finite(Info, AttentionRollout.ToClassToken(means, normaliseRows: true)).Values.MoveToOuterDisposeScope());
    }

    private static Tensor LastAttention(IAttentionBackbone transformer, Tensor images)
    {
        using var grad = no_grad();
        Tensor? last = null;
        using Tensor logits = transformer.ClassifyThrough(new(images), (block, attention) =>
        {
            if (block == transformer.Blocks - 1) last = attention.detach().DetachFromDisposeScope();
            return attention;
        }).Values;
        return last!;
    }

    private static void AddRun(IAttentionBackbone transformer, Tensor images, Tensor last, ClassLabels labels, Tensor?[] sums)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var attentions = new Tensor[sums.Length];
        Tensor source = images.detach().requires_grad_(), end = last.detach().requires_grad_();
        Logits logits = transformer.ClassifyThrough(new(source), (block, attention) =>
        {
            if (block == sums.Length - 1) return attentions[block] = end;
            scope.Attach(attention.DetachFromDisposeScope());      // the block would free it at its end
            return attentions[block] = attention;
        });
        IList<Tensor> gradients = autograd.grad([ChannelMaps.OfLabels(logits, labels).sum()], attentions);
        using var grad = no_grad();
        for (int block = 0; block < sums.Length; block++)
        {
            Tensor part = (attentions[block] * gradients[block]).relu().mean([1]);
            sums[block] = (sums[block] is { } before ? before + part : part).MoveToOuterDisposeScope();
        }
    }
}
