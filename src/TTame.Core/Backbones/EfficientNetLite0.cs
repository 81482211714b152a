using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Backbones;

/// <summary>EfficientNet-Lite0: a stem, seven stages of inverted bottlenecks with ReLU6 and no squeeze-and-excitation, a head.</summary>
/// <source>EfficientNet:Table 1</source>
internal sealed class EfficientNetLite0 : Network
{
    private const double Epsilon = 1e-3;
    private const int StemChannels = 32, HeadChannels = 1280;

    // expansion, kernel, stride of the first block, channels, blocks; map sizes for a 224×224 image
    private static readonly (int Expand, int Kernel, int Stride, int Channels, int Blocks)[] Table =
    [
        (1, 3, 1, 16, 1),                                                         // 112×112
        (6, 3, 2, 24, 2),                                                         //  56×56
        (6, 5, 2, 40, 2),                                                         //  28×28
        (6, 3, 2, 80, 3),                                                         //  14×14
        (6, 5, 1, 112, 3),                                                        //  14×14
        (6, 5, 2, 192, 4),                                                        //   7×7
        (6, 3, 1, 320, 1),                                                        //   7×7
    ];

    private static readonly FeatureTap[] Taps = [new("blocks.4", 40, 8), new("blocks.10", 112, 16), new("blocks.15", 320, 32)];

    private readonly List<Stage> stages = [];

    public EfficientNetLite0(WeightTable weights) : base(weights)
    {
        Classes = (int)weights.ShapeOf("_fc.bias")[0];
        Convolution stem = Convolution.Read(weights, "_conv_stem", [StemChannels, 3, 3, 3], false, "_bn0", Epsilon) with { Stride = 2, Same = true };
        stages.Add(Stage.Of("stem", x => Relu6(stem.Apply(x))));
        int width = StemChannels, number = 0;
        foreach (var row in Table)
            for (int i = 0; i < row.Blocks; i++, number++)
            {
                stages.Add(Block(weights, number, width, row.Channels, row.Expand, row.Kernel, stride: i == 0 ? row.Stride : 1));
                width = row.Channels;
            }
        Convolution head = Convolution.Read(weights, "_conv_head", [HeadChannels, width, 1, 1], false, "_bn1", Epsilon);
        stages.Add(Stage.Of("head", x => Relu6(head.Apply(x))));
        Tensor fc = weights.Take("_fc.weight", Classes, HeadChannels), bias = weights.Take("_fc.bias", Classes);
        stages.Add(Stage.Of("_fc", x => F.linear(x.mean([2, 3]), fc, bias)));
        weights.Finish();
    }

    public override IReadOnlyList<Stage> Stages => stages;

    public override int Classes { get; }

    public override IReadOnlyDictionary<string, IReadOnlyList<FeatureTap>> TapSets { get; } = new Dictionary<string, IReadOnlyList<FeatureTap>> { ["blocks"] = Taps };

    private static Stage Block(WeightTable weights, int number, int from, int to, int expand, int kernel, int stride)
    {
        string key = $"_blocks.{number}";
        int inner = from * expand;
        Convolution? widen = expand == 1 ? null : Convolution.Read(weights, $"{key}._expand_conv", [inner, from, 1, 1], false, $"{key}._bn0", Epsilon);
        Convolution spread = Convolution.Read(weights, $"{key}._depthwise_conv", [inner, 1, kernel, kernel], false, $"{key}._bn1", Epsilon);
        Convolution depthwise = spread with { Stride = stride, Groups = inner, Same = true };
        Convolution project = Convolution.Read(weights, $"{key}._project_conv", [to, inner, 1, 1], false, $"{key}._bn2", Epsilon);
        bool residual = stride == 1 && from == to;
        return Stage.Of($"blocks.{number}", x =>
        {
            Tensor y = widen is null ? x : Relu6(widen.Apply(x));
            y = project.Apply(Relu6(depthwise.Apply(y)));
            return residual ? y.add_(x) : y;
        });
    }

    // On the CPU libtorch 1.13 has no gradient of hardtanh in bfloat16; clamp differs from it only where a value is exactly 0 or 6.
    private static Tensor Relu6(Tensor x) => x.dtype == ScalarType.BFloat16 ? x.clamp_(0, 6) : x.hardtanh_(0, 6);
}
