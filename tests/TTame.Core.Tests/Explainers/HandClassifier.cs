using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Explainers;

/// <summary>A classifier whose answers are worked by hand: its logits are a given function of the images, which it takes as they are (mean 0, deviation 1).</summary>
internal sealed class HandClassifier(Func<Tensor, Tensor> logits, Tensor? activations = null, Func<Tensor, Tensor>? head = null) : IClassifier
{
    public ModelCard Card { get; } = new()
    {
        Name = "by hand", Kind = ModelKind.Cnn, Format = ModelCard.SafetensorsFormat, File = "none",
        Input = new InputSpec(2, null, [0, 0, 0], [1, 1, 1]), Classes = ["zero", "one"],
    };

    public IReadOnlyList<FeatureTap> Taps => [new("grid", 2, 1)];

    public int Classes => 2;

    public Device Device => CPU;

    public long ForwardPasses { get; private set; }

    public IReadOnlyList<string> Layers => ["grid"];

    public ForwardPass Forward(PixelImages images) => new(images, new(images.Values.alias()), Classify(new(images.Values)), new([]));

    public Logits Classify(NormalizedImages images)
    {
        ForwardPasses += images.Values.shape[0];
        return new(logits(images.Values));
    }

    public LayerPass ForwardTo(string layer, NormalizedImages images) => new(layer, activations!.clone(), Classify(images));

    public Logits Head(string layer, LayerPass pass, Tensor edited)
    {
        ForwardPasses += edited.shape[0];
        return new(head!(edited));
    }

    public void Dispose() { }

    /// <summary>Logits whose softmax gives class 0 the mean pixel of the image as confidence.</summary>
    public static Tensor MeanAsConfidence(Tensor images)
    {
        Tensor mean = images.mean([1, 2, 3]).clamp(1e-6, 1 - 1e-6);
        return stack([mean.log(), (1 - mean).log()], 1);
    }
}
