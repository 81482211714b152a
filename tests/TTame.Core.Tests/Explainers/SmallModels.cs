using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers;

/// <summary>Networks with random weights, small enough to explain in milliseconds, and pictures for them.</summary>
internal static class SmallModels
{
    public const string CnnLayer = "relu3", VitLayer = "encoder.layers.encoder_layer_1.ln_1";

    public static IClassifier Cnn(float headScale = 1)
    {
        var shapes = new Dictionary<string, long[]> { ["fc.weight"] = [10, 32], ["fc.bias"] = [10] };
        long[] widths = [3, 16, 24, 32];
        for (int i = 1; i <= 3; i++) (shapes[$"conv{i}.weight"], shapes[$"conv{i}.bias"]) = ([widths[i], widths[i - 1], 3, 3], [widths[i]]);
        return Build(new("toy_cnn"), ModelKind.Cnn, 32, shapes, "fc.weight", headScale);
    }

    public static IClassifier Vit()
    {
        const long d = 8, mlp = 16;
        var shapes = new Dictionary<string, long[]>
        {
            ["class_token"] = [1, 1, d], ["conv_proj.weight"] = [d, 3, 4, 4], ["conv_proj.bias"] = [d], ["encoder.pos_embedding"] = [1, 17, d],
            ["encoder.ln.weight"] = [d], ["encoder.ln.bias"] = [d], ["heads.head.weight"] = [10, d], ["heads.head.bias"] = [10],
        };
        for (int b = 0; b < 2; b++)
            foreach ((string key, long[] shape) in new (string, long[])[]
            {
                ("ln_1.weight", [d]), ("ln_1.bias", [d]), ("ln_2.weight", [d]), ("ln_2.bias", [d]),
                ("self_attention.in_proj_weight", [3 * d, d]), ("self_attention.in_proj_bias", [3 * d]), ("self_attention.out_proj.weight", [d, d]), ("self_attention.out_proj.bias", [d]),
                ("mlp.0.weight", [mlp, d]), ("mlp.0.bias", [mlp]), ("mlp.3.weight", [d, mlp]), ("mlp.3.bias", [d]),
            }) shapes[$"encoder.layers.encoder_layer_{b}.{key}"] = shape;
        ArchitectureCard card = new("vision_transformer") { ImageSize = 16, PatchSize = 4, NumLayers = 2, NumHeads = 2, HiddenDim = (int)d, MlpDim = (int)mlp };
        return Build(card, ModelKind.Vit, 16, shapes, "heads.head.weight", 1);
    }

    /// <summary>Pictures in [0, 1], no two alike.</summary>
    public static PixelImages Images(long count, long size)
        => new(Numbers("images", [count, 3, size, size], value => value));

    private static IClassifier Build(ArchitectureCard architecture, ModelKind kind, int size, Dictionary<string, long[]> shapes, string head, float headScale)
    {
        Dictionary<string, Tensor> weights = [];
        foreach ((string key, long[] shape) in shapes)
        {
            float scale = (key == head ? headScale : 1) * (shape.Length > 1 ? 2 / MathF.Sqrt(shape[1..].Aggregate(1L, (a, b) => a * b)) : 0.2f);
            weights[key] = key.Contains("ln", StringComparison.Ordinal) && key.EndsWith("weight", StringComparison.Ordinal)
                ? Numbers(key, shape, value => 0.75f + value / 2)
                : Numbers(key, shape, value => (2 * value - 1) * scale);
        }
        ModelCard card = new()
        {
            Name = architecture.Family, Kind = kind, Format = ModelCard.SafetensorsFormat, File = "model.safetensors", Architecture = architecture,
            Input = new InputSpec(size, null, [0.5f, 0.4f, 0.3f], [0.25f, 0.2f, 0.3f]), Classes = [.. Enumerable.Range(0, 10).Select(i => $"class {i}")],
        };
        using StateDict state = new("test", weights);
        return Architectures.Build(card, state, new NetworkOptions(CPU));
    }

    private static Tensor Numbers(string seed, long[] shape, Func<float, float> map)
    {
        var stream = new SplitMix64(RandomStream.Fnv1a64(seed));
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = map(stream.Unit());
        return tensor(values, shape).DetachFromDisposeScope();
    }
}
