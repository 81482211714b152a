using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Training.ClosedForm;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TTame.Core.Tests.Training.ClosedForm;

public sealed class EvidenceReaderTests
{
    // A model whose logits are what its evidence W·f(p) sums to over the places that a mask leaves: the masked regression must give W back.
    [Fact]
    [Trait("Kind", "Replica")]
    public void Rows_LogitsAdditiveOverPlaces_MaskedStartRecoversTheEvidence()
    {
        using var scope = NewDisposeScope();
        using IClassifier classifier = Toys.Cnn();
        const int side = 32, classes = 3;
        Generator generator = new(5);
        Tensor[] all = [.. new[] { (4, 8), (6, 4) }.Select(tap => randn([40, tap.Item1, tap.Item2, tap.Item2], generator: generator))];
        Tensor evidence = randn([classes, 10], generator: generator);
        using TapSample sample = new([.. all.Select(tap => tap.clone().DetachFromDisposeScope())]);
        ClosedFormOptions options = new() { Penalty = 1e-9 };
        using EvidenceReader reader = new(classifier, sample, options, MaskingRule.Cnn, seed: 0);
        using EvidenceSums sums = EvidenceSums.Empty(10, classes);
        for (int i = 0; i < 40; i++)
        {
            Tensor[] taps = [.. all.Select(tap => tap.narrow(0, i, 1))];
            Tensor masks = options.Masks.Draw(0, i, side, side);
            Tensor features = cat([.. sample.Branches(taps, options.Shift).Select(branch => F.interpolate(branch, size: [8, 8], mode: InterpolationMode.Bilinear, align_corners: false))], 1);
            Tensor map = F.conv2d(features, evidence.view(classes, 10, 1, 1));                                                            // (1, C, 8, 8)
            Tensor logits = (F.adaptive_avg_pool2d(masks, [8, 8]) * map).mean([2, 3]) + 7;                                                // (m, C)
            EvidenceRows rows = reader.Rows(new(taps), zeros([1, classes]), masks, logits);
            sums.Add(rows.MaskedFeatures!, rows.MaskedLogits!);
        }

        (Tensor weights, _) = sums.Solve(options.Penalty);
        Tensor found = weights / cat([.. sample.Deviation], 0).to(ScalarType.Float64);

        Assert.True((found - evidence.to(ScalarType.Float64)).abs().max().ToDouble() < 1e-3);
    }
}
