using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Backbones;

/// <summary>The golden vectors' small network: three times convolution, ReLU and max-pool, then global average and a linear layer. 32×32 input.</summary>
/// <source>SPEC:§11</source>
internal sealed class ToyCnn : Network
{
    private static readonly int[] Widths = [16, 24, 32];                           // 16×16, 8×8, 4×4 after the pools

    private readonly List<Stage> stages = [];

    public ToyCnn(WeightTable weights) : base(weights)
    {
        int channels = 3;
        for (int i = 1; i <= Widths.Length; i++)
        {
            Convolution conv = Convolution.Read(weights, $"conv{i}", [Widths[i - 1], channels, 3, 3], bias: true) with { Padding = 1 };
            stages.Add(Stage.Of($"relu{i}", x => conv.Apply(x).relu_()));
            stages.Add(Stage.Of($"pool{i}", x => F.max_pool2d(x, 2)));
            channels = Widths[i - 1];
        }
        Classes = (int)weights.ShapeOf("fc.bias")[0];
        Linear fc = Linear.Read(weights, "fc", Classes, channels);
        stages.Add(Stage.Of("fc", x => fc.Apply(x.mean([2, 3]))));
        weights.Finish();
    }

    public override IReadOnlyList<Stage> Stages => stages;

    public override int Classes { get; }

    public override IReadOnlyDictionary<string, IReadOnlyList<FeatureTap>> TapSets { get; } = new Dictionary<string, IReadOnlyList<FeatureTap>>
    {
        ["pools"] = [new("pool1", 16, 2), new("pool2", 24, 4), new("pool3", 32, 8)],
    };
}
