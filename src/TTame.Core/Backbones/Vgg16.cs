using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Backbones;

/// <summary>VGG-16: five stages of 3×3 convolutions, each closed by a 2×2 max-pool; points carry torchvision's numbers.</summary>
/// <source>VGG:Table 1</source>
internal sealed class Vgg16 : Network
{
    private const int Hidden = 4096, PooledSide = 7;

    private static readonly int[][] Widths = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

    private static readonly Dictionary<string, IReadOnlyList<FeatureTap>> Sets = new()
    {
        ["maxpool"] = [new("features.16", 256, 8), new("features.23", 512, 16), new("features.30", 512, 32)],   // 28×28, 14×14, 7×7 for a 224×224 image
        ["conv"] = [new("features.15", 256, 4), new("features.22", 512, 8), new("features.29", 512, 16)],       // 56×56, 28×28, 14×14
    };

    private readonly List<Stage> stages = [];

    public Vgg16(WeightTable weights) : base(weights)
    {
        int channels = 3, number = 0;
        foreach (int[] widths in Widths)
        {
            foreach (int width in widths)
            {
                Convolution conv = Convolution.Read(weights, $"features.{number}", [width, channels, 3, 3], bias: true) with { Padding = 1 };
                stages.Add(Stage.Of($"features.{number + 1}", x => conv.Apply(x).relu_()));
                (channels, number) = (width, number + 2);                          // convolution and ReLU
            }
            stages.Add(Stage.Of($"features.{number++}", x => F.max_pool2d(x, 2)));
        }
        Classes = (int)weights.ShapeOf("classifier.6.bias")[0];
        Linear first = Linear.Read(weights, "classifier.0", Hidden, channels * PooledSide * PooledSide);
        Linear second = Linear.Read(weights, "classifier.3", Hidden, Hidden), third = Linear.Read(weights, "classifier.6", Classes, Hidden);
        stages.Add(Stage.Of("classifier.1", x => first.Apply(F.adaptive_avg_pool2d(x, PooledSide).flatten(1)).relu_()));
        stages.Add(Stage.Of("classifier.4", x => second.Apply(x).relu_()));
        stages.Add(Stage.Of("classifier.6", third.Apply));
        weights.Finish();
    }

    public override IReadOnlyList<Stage> Stages => stages;

    public override int Classes { get; }

    public override IReadOnlyDictionary<string, IReadOnlyList<FeatureTap>> TapSets => Sets;

    // In torchvision's network ReLU works in place: extracting a convolution gives the ReLU's output.
    public override string Resolve(string layer)
        => layer.StartsWith("features.", StringComparison.Ordinal) && int.TryParse(layer.AsSpan(9), out int number) && !Points.Contains(layer)
            ? $"features.{number + 1}"
            : layer;
}
