using System.Text.RegularExpressions;
using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Backbones;

/// <summary>The vision transformer under torchvision's keys: patches, pre-norm encoder blocks, a linear head on the class token.</summary>
/// <source>ViT:Eq. 1</source>
internal sealed partial class VisionTransformer : Network
{
    private const double Epsilon = 1e-6;
    private const int TappedBlocks = 3;

    private readonly List<Stage> stages = [];
    private readonly Dictionary<string, IReadOnlyList<FeatureTap>> sets;

    public VisionTransformer(WeightTable weights, TransformerShape shape) : base(weights)
    {
        Form = shape;
        int d = shape.Width;
        Classes = (int)weights.ShapeOf("heads.head.bias")[0];
        stages.Add(Patches(weights));
        for (int block = 0; block < shape.Layers; block++) stages.Add(Block(weights, block));
        Tensor gain = weights.Take("encoder.ln.weight", d), shift = weights.Take("encoder.ln.bias", d);
        stages.Add(Stage.Of("encoder.ln", x => F.layer_norm(x, [d], gain, shift, Epsilon)));
        Linear head = Linear.Read(weights, "heads.head", Classes, d);
        stages.Add(Stage.Of("heads.head", x => head.Apply(x.select(1, 0))));
        weights.Finish();
        int[] tapped = [.. Enumerable.Range(0, shape.Layers).TakeLast(TappedBlocks)];
        sets = new()
        {
            ["block"] = [.. tapped.Select(block => new FeatureTap(Key(block), d, shape.PatchSize))],
            ["ln"] = [.. tapped.Select(block => new FeatureTap($"{Key(block)}.ln_1", d, shape.PatchSize))],
        };
    }

    /// <summary>Its numbers.</summary>
    public TransformerShape Form { get; }

    public override IReadOnlyList<Stage> Stages => stages;

    public override int Classes { get; }

    public override IReadOnlyDictionary<string, IReadOnlyList<FeatureTap>> TapSets => sets;

    /// <summary>The key and point of a block.</summary>
    /// <param name="block">From 0.</param>
    public static string Key(int block) => $"encoder.layers.encoder_layer_{block}";

    // Feature extraction in torchvision calls ln_1 of a block "….ln"; cards speak of "block.5" and "ln_1 of block 7".
    public override string Resolve(string layer)
    {
        if (ShortNorm().Match(layer) is { Success: true } norm) return $"{Key(int.Parse(norm.Groups[1].ValueSpan))}.ln_1";
        if (ShortBlock().Match(layer) is { Success: true } block) return Key(int.Parse(block.Groups[1].ValueSpan));
        return layer.EndsWith(".ln", StringComparison.Ordinal) && layer != "encoder.ln" ? $"{layer}_1" : layer;
    }

    private Stage Patches(WeightTable weights)
    {
        (int d, int patch, int tokens) = (Form.Width, Form.PatchSize, Form.Patches);
        Tensor kernel = weights.Take("conv_proj.weight", d, 3, patch, patch), bias = weights.Take("conv_proj.bias", d);
        Tensor first = weights.Take("class_token", 1, 1, d), position = weights.Take("encoder.pos_embedding", 1, 1 + tokens, d);
        return new(["conv_proj", "encoder.dropout"], (x, probe) => probe.At("encoder.dropout", () =>
        {
            Shape.Require(x, "B", 3, Form.ImageSize, Form.ImageSize);
            Tensor grid = probe.At("conv_proj", () => F.conv2d(x, kernel, bias, [patch, patch]));        // (B, D, h, w)
            return cat([first.expand(x.size(0), -1, -1), grid.flatten(2).transpose(1, 2)], 1) + position;  // (B, 1+T, D)
        }));
    }

    private Stage Block(WeightTable weights, int number)
    {
        string key = Key(number);
        int d = Form.Width;
        Tensor gain1 = weights.Take($"{key}.ln_1.weight", d), shift1 = weights.Take($"{key}.ln_1.bias", d);
        Tensor gain2 = weights.Take($"{key}.ln_2.weight", d), shift2 = weights.Take($"{key}.ln_2.bias", d);
        Linear project = new(weights.Take($"{key}.self_attention.in_proj_weight", 3 * d, d), weights.Take($"{key}.self_attention.in_proj_bias", 3 * d));
        Linear gather = Linear.Read(weights, $"{key}.self_attention.out_proj", d, d);
        Linear widen = Linear.Read(weights, $"{key}.mlp.0", Form.MlpWidth, d), narrow = Linear.Read(weights, $"{key}.mlp.3", d, Form.MlpWidth);
        return new([$"{key}.ln_1", $"{key}.self_attention", $"{key}.ln_2", $"{key}.mlp", key], (x, probe) => probe.At(key, () =>
        {
            Tensor attended = probe.At($"{key}.self_attention", () =>
            {
                Tensor normed = probe.At($"{key}.ln_1", () => F.layer_norm(x, [d], gain1, shift1, Epsilon));
                return gather.Apply(Attend(project.Apply(normed), number, probe));
            });
            Tensor stream = x + attended;
            return stream + probe.At($"{key}.mlp", () =>
            {
                Tensor normed = probe.At($"{key}.ln_2", () => F.layer_norm(stream, [d], gain2, shift2, Epsilon));
                return narrow.Apply(F.gelu(widen.Apply(normed)));
            });
        }));
    }

    private Tensor Attend(Tensor projected, int number, Probe probe)
    {
        long b = projected.size(0), tokens = projected.size(1), width = Form.Width / Form.Heads;
        Tensor[] parts = projected.view(b, tokens, 3, Form.Heads, width).permute(2, 0, 3, 1, 4).unbind();   // q, k, v: (B, heads, 1+T, D/heads)
        if (probe.Attention is null)
            return F.scaled_dot_product_attention(parts[0], parts[1], parts[2]).transpose(1, 2).reshape(b, tokens, Form.Width);
        Tensor scores = (parts[0] * Math.Pow(width, -0.5)).matmul(parts[1].transpose(-2, -1));
        Tensor used = probe.Attention(number, scores.softmax(-1));
        return used.matmul(parts[2]).transpose(1, 2).reshape(b, tokens, Form.Width);
    }

    [GeneratedRegex(@"^ln_1 of block (\d{1,3})$")]
    private static partial Regex ShortNorm();

    [GeneratedRegex(@"^block\.(\d{1,3})$")]
    private static partial Regex ShortBlock();
}
