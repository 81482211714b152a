using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Backbones;

/// <summary>ResNet-50: a stem and four stages of bottleneck blocks, the stride in the 3×3 convolution as in torchvision.</summary>
/// <source>ResNet:Table 1</source>
internal sealed class ResNet50 : Network
{
    private const int StemChannels = 64, Expansion = 4;

    private static readonly int[] Blocks = [3, 4, 6, 3];                           // 56×56, 28×28, 14×14, 7×7 for a 224×224 image

    private static readonly FeatureTap[] Taps = [new("layer2", 512, 8), new("layer3", 1024, 16), new("layer4", 2048, 32)];

    private readonly List<Stage> stages = [];

    public ResNet50(WeightTable weights) : base(weights)
    {
        Convolution stem = Convolution.Read(weights, "conv1", [StemChannels, 3, 7, 7], false, "bn1") with { Stride = 2, Padding = 3 };
        stages.Add(Stage.Of("relu", x => stem.Apply(x).relu_()));
        stages.Add(Stage.Of("maxpool", x => F.max_pool2d(x, 3, 2, 1)));
        int channels = StemChannels;
        for (int layer = 1; layer <= Blocks.Length; layer++)
            for (int block = 0; block < Blocks[layer - 1]; block++)
            {
                int width = StemChannels << (layer - 1);
                var run = Bottleneck(weights, $"layer{layer}.{block}", channels, width, stride: layer > 1 && block == 0 ? 2 : 1);
                stages.Add(Named($"layer{layer}", block, last: block == Blocks[layer - 1] - 1, run));
                channels = width * Expansion;
            }
        Classes = (int)weights.ShapeOf("fc.bias")[0];
        Linear fc = Linear.Read(weights, "fc", Classes, channels);
        stages.Add(Stage.Of("avgpool", x => x.mean([2, 3], keepdim: true)));
        stages.Add(Stage.Of("fc", x => fc.Apply(x.flatten(1))));
        weights.Finish();
    }

    public override IReadOnlyList<Stage> Stages => stages;

    public override int Classes { get; }

    public override IReadOnlyDictionary<string, IReadOnlyList<FeatureTap>> TapSets { get; } = new Dictionary<string, IReadOnlyList<FeatureTap>> { ["layers"] = Taps };

    // The output of a layer is the output of its last block: one value, two names.
    private static Stage Named(string layer, int block, bool last, Func<Tensor, Tensor> run)
    {
        string point = $"{layer}.{block}";
        return last
            ? new([point, layer], (x, probe) => probe.At(layer, () => probe.At(point, () => run(x))))
            : Stage.Of(point, run);
    }

    private static Func<Tensor, Tensor> Bottleneck(WeightTable weights, string key, int from, int width, int stride)
    {
        int to = width * Expansion;
        Convolution narrow = Convolution.Read(weights, $"{key}.conv1", [width, from, 1, 1], false, $"{key}.bn1");
        Convolution spatial = Convolution.Read(weights, $"{key}.conv2", [width, width, 3, 3], false, $"{key}.bn2") with { Stride = stride, Padding = 1 };
        Convolution widen = Convolution.Read(weights, $"{key}.conv3", [to, width, 1, 1], false, $"{key}.bn3");
        Convolution? project = stride == 1 && from == to
            ? null
            : Convolution.Read(weights, $"{key}.downsample.0", [to, from, 1, 1], false, $"{key}.downsample.1") with { Stride = stride };
        return x =>
        {
            Tensor y = widen.Apply(spatial.Apply(narrow.Apply(x).relu_()).relu_());
            return y.add_(project is null ? x : project.Apply(x)).relu_();
        };
    }
}
