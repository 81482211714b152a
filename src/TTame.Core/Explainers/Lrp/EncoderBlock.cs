using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Explainers.Lrp;

/// <summary>One encoder block of a vision transformer in float64: run once forward, its activations kept, then relevance is led back through it.</summary>
/// <remarks>Layer norms, GELU and softmax hand relevance on unchanged; so does the scaling of Q·Kᵀ.</remarks>
internal sealed class EncoderBlock
{
    private const double NormEpsilon = 1e-6;

    private readonly Func<string, Tensor> weight;
    private readonly int heads;
    private readonly Tensor input, normed, query, key, value, context, attended, between, normedBetween, hidden, expanded;

    /// <summary>Runs the block.</summary>
    /// <param name="weight">A tensor of this block by its name within the block, float64.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="tokens">(B, T, D) float64.</param>
    public EncoderBlock(Func<string, Tensor> weight, int heads, Tensor tokens)
    {
        (this.weight, this.heads, input) = (weight, heads, tokens);
        long width = tokens.shape[2];
        normed = Norm("ln_1", tokens);
        Tensor[] qkv = F.linear(normed, weight("self_attention.in_proj_weight"), weight("self_attention.in_proj_bias")).chunk(3, 2);
        (query, key, value) = (Split(qkv[0]), Split(qkv[1]), Split(qkv[2]));           // (B, heads, T, D/heads)
        Attention = (query.matmul(key.transpose(-2, -1)) / Math.Sqrt(width / heads)).softmax(-1);
        context = Joined(Attention.matmul(value));
        attended = F.linear(context, weight("self_attention.out_proj.weight"), weight("self_attention.out_proj.bias"));
        between = tokens + attended;
        normedBetween = Norm("ln_2", between);
        hidden = F.gelu(F.linear(normedBetween, weight("mlp.0.weight"), weight("mlp.0.bias")));
        expanded = F.linear(hidden, weight("mlp.3.weight"), weight("mlp.3.bias"));
        Output = between + expanded;
    }

    /// <summary>(B, heads, T, T): the softmax attention, in the graph of <see cref="Output"/>.</summary>
    public Tensor Attention { get; }

    /// <summary>(B, T, D).</summary>
    public Tensor Output { get; }

    /// <summary>Leads relevance back through the block.</summary>
    /// <param name="relevance">(B, T, D): of <see cref="Output"/>.</param>
    /// <returns>Relevance of the block's input (B, T, D), and of its attention (B, heads, T, T).</returns>
    public (Tensor Input, Tensor Attention) Back(Tensor relevance)
    {
        using var scope = NewDisposeScope();
        (Tensor skip, Tensor mlp) = SumRule.Back(between, expanded, relevance);
        mlp = LinearRule.Back(normedBetween, weight("mlp.0.weight"), LinearRule.Back(hidden, weight("mlp.3.weight"), mlp));
        (skip, Tensor heads) = SumRule.Back(input, attended, BranchRule.Back(between, skip, mlp));
        heads = Split(LinearRule.Back(context, weight("self_attention.out_proj.weight"), heads));
        (Tensor ofAttention, Tensor ofValue) = ProductRule.Back(Attention, value, heads);
        (Tensor ofQuery, Tensor ofKey) = ProductRule.Back(query, key.transpose(-2, -1), ofAttention);
        Tensor qkv = cat(new[] { Joined(ofQuery), Joined(ofKey.transpose(-2, -1)), Joined(ofValue) }, 2);
        Tensor ofNormed = LinearRule.Back(normed, weight("self_attention.in_proj_weight"), qkv);
        return scope.MoveToOuter(BranchRule.Back(input, skip, ofNormed), ofAttention);
    }

    private Tensor Norm(string name, Tensor x) => F.layer_norm(x, [x.shape[2]], weight(name + ".weight"), weight(name + ".bias"), NormEpsilon);

    private Tensor Split(Tensor x) => x.view(x.shape[0], x.shape[1], heads, x.shape[2] / heads).transpose(1, 2);

    private static Tensor Joined(Tensor x) => x.transpose(1, 2).reshape(x.shape[0], x.shape[2], x.shape[1] * x.shape[3]);
}
