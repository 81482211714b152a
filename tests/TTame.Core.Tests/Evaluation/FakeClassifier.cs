using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Evaluation;

/// <summary>A classifier of four classes in a few lines: logits are sums of mean colours, taps are the picture at two coarser sizes.</summary>
internal sealed class FakeClassifier : IClassifier
{
    public const int Side = 16, ClassCount = 4;

    private readonly Tensor weights = tensor(new float[] { 3, 0, 0, 0, 3, 0, 0, 0, 3, 1, 1, 1 }, [ClassCount, 3]);

    public ModelCard Card { get; } = new()
    {
        Name = "fake", Kind = ModelKind.Cnn, Format = ModelCard.SafetensorsFormat, File = "model.safetensors",
        Input = new InputSpec(Side, null, [0, 0, 0], [1, 1, 1]), Classes = ["red", "green", "blue", "grey"],
    };

    public IReadOnlyList<FeatureTap> Taps { get; } = [new("half", 3, 2), new("quarter", 3, 4)];

    public int Classes => ClassCount;

    public Device Device => CPU;

    public long ForwardPasses { get; private set; }

    /// <summary>Backbone calls, however many images each had.</summary>
    public int Calls { get; private set; }

    public IReadOnlyList<string> Layers => [];

    public ForwardPass Forward(PixelImages images)
    {
        using var frozen = no_grad();
        var standardised = Preprocessing.Standardise(images, Card.Input);
        return new(images, standardised, Classify(standardised),
            new([nn.functional.avg_pool2d(standardised.Values, 2), nn.functional.avg_pool2d(standardised.Values, 4)]));
    }

    public Logits Classify(NormalizedImages images)
    {
        Calls++;
        ForwardPasses += images.Values.size(0);
        // A picture that begins with pure white is one on which the network fails.
        var broken = images.Values.select(1, 0).select(1, 0).select(1, 0).ge(1).unsqueeze(1);
        return new(images.Values.mean([2, 3]).matmul(weights.t()).masked_fill(broken, float.NaN));
    }

    public LayerPass ForwardTo(string layer, NormalizedImages images) => throw new NotSupportedException();

    public Logits Head(string layer, LayerPass pass, Tensor activations) => throw new NotSupportedException();

    public void Dispose() => weights.Dispose();
}
