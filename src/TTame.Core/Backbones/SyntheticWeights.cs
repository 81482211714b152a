using TorchSharp;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>Weights made by a formula from a salt and names: they classify nothing, but two implementations that make them can be compared number by number.</summary>
/// <source>SPEC:§3</source>
public static class SyntheticWeights
{
    private const double Shift = 0.1;

    private static readonly SyntheticRule Gain = SyntheticRule.Affine(0.75, 0.5), LastGain = SyntheticRule.Affine(0.375, 0.25);
    private static readonly SyntheticRule Variance = SyntheticRule.Affine(0.5, 1.0);

    // Gains of the branches' convolutions and of the fusion module, by backbone and tap set.
    private static readonly Dictionary<string, (double Branch, double Fusion)> AttentionGains = new(StringComparer.Ordinal)
    {
        ["vgg16.maxpool"] = (0.5, 0.8), ["vgg16.conv"] = (0.5, 1.2), ["vgg16.lcam"] = (0, 1.0),
        ["resnet50.layers"] = (1.0, 1.5), ["resnet50.lcam"] = (0, 0.7),
        ["vit_b_16.ln"] = (1.0, 1.5), ["vit_b_16.block"] = (0.25, 0.35),
        ["toy_vit.ln"] = (0.25, 1.5), ["toy_vit.block"] = (0.25, 1.5), ["toy_cnn.pools"] = (0.5, 1.5),
    };

    /// <summary>Models that have a formula.</summary>
    public static IReadOnlyList<string> Models { get; } = ["vgg16", "resnet50", "vit_b_16", "toy_cnn", "toy_vit"];

    /// <summary>All weights of a model, or of an attention mechanism.</summary>
    /// <param name="salt">Of the set.</param>
    /// <param name="model">One of <see cref="Models"/>, or an attention's tag such as <c>vgg16.attn.maxpool.TAME</c>.</param>
    /// <param name="layout">Keys and shapes.</param>
    /// <returns>float32 on the host; disposed by the caller.</returns>
    /// <exception cref="ArgumentException">There is no formula for that model or key.</exception>
    public static StateDict Make(string salt, string model, IEnumerable<(string Key, long[] Shape)> layout)
    {
        using var scope = NewDisposeScope();
        return new($"{salt}/{model}", layout.ToDictionary(entry => entry.Key, entry => MakeTensor(salt, model, entry.Key, entry.Shape).DetachFromDisposeScope(), StringComparer.Ordinal));
    }

    /// <summary>One tensor.</summary>
    /// <param name="salt">Of the set.</param>
    /// <param name="model">As in <see cref="Make"/>.</param>
    /// <param name="key">Its key.</param>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="ArgumentException">There is no formula for that model or key.</exception>
    public static Tensor MakeTensor(string salt, string model, string key, long[] shape)
        => RuleOf(model, key).Make(RandomStream.Fnv1a64($"{salt}/{model}/{key}"), shape);

    private static SyntheticRule RuleOf(string model, string key) => model switch
    {
        "vgg16" => Vgg(key),
        "resnet50" => ResNet(key),
        "vit_b_16" => Transformer(key, head: 3.0),
        "toy_vit" => Transformer(key, head: 2.0),
        "toy_cnn" => ToyCnn(key),
        _ when model.Split('.') is [var backbone, "attn", var features, ..] && AttentionGains.TryGetValue($"{backbone}.{features}", out var gains) => Attention(key, gains.Branch, gains.Fusion),
        _ => throw new ArgumentException($"No formula for the weights of {model}.", nameof(model)),
    };

    private static SyntheticRule Vgg(string key) => key switch
    {
        "classifier.0.weight" => SyntheticRule.Pair(1.75),
        "classifier.6.weight" => SyntheticRule.Pair(4.0),
        _ when IsBias(key) => SyntheticRule.Symmetric(Shift),
        _ => SyntheticRule.Fan(1.4),
    };

    private static SyntheticRule ResNet(string key) => key switch
    {
        "fc.weight" => SyntheticRule.Pair(6.5),
        _ when key.Contains(".bn3.", StringComparison.Ordinal) && key.EndsWith(".weight", StringComparison.Ordinal) => LastGain,
        _ when key.Contains("bn", StringComparison.Ordinal) || key.Contains("downsample.1.", StringComparison.Ordinal) => Norm(key),
        _ when IsBias(key) => SyntheticRule.Symmetric(Shift),
        _ when key.StartsWith("layer3.", StringComparison.Ordinal) || key.StartsWith("layer4.", StringComparison.Ordinal) => SyntheticRule.Pair(1.5),
        _ => SyntheticRule.Fan(1.0),
    };

    private static SyntheticRule Transformer(string key, double head) => key switch
    {
        "class_token" or "encoder.pos_embedding" => SyntheticRule.Symmetric(0.5),
        "heads.head.weight" => SyntheticRule.Pair(head),
        _ when IsBias(key) => SyntheticRule.Symmetric(Shift),
        _ when key.Contains("ln", StringComparison.Ordinal) => Gain,
        _ when key.Contains(".mlp.", StringComparison.Ordinal) => SyntheticRule.Pair(1.2),
        _ => SyntheticRule.Pair(1.5),
    };

    private static SyntheticRule ToyCnn(string key) => key == "fc.weight" ? SyntheticRule.Pair(2.5) : IsBias(key) ? SyntheticRule.Symmetric(Shift) : SyntheticRule.Pair(1.75);

    private static SyntheticRule Attention(string key, double branch, double fusion) => key switch
    {
        "fuser.weight" or "op.weight" => SyntheticRule.Pair(fusion),
        "fuser.bias" or "op.bias" => SyntheticRule.Symmetric(0.5),
        _ when key.StartsWith("bns.", StringComparison.Ordinal) => Norm(key),
        _ when IsBias(key) => SyntheticRule.Symmetric(Shift),
        _ => SyntheticRule.Pair(branch),
    };

    private static SyntheticRule Norm(string key)
        => key.EndsWith("running_var", StringComparison.Ordinal) ? Variance : key.EndsWith(".weight", StringComparison.Ordinal) ? Gain : SyntheticRule.Symmetric(Shift);

    private static bool IsBias(string key) => key.EndsWith("bias", StringComparison.Ordinal);
}
