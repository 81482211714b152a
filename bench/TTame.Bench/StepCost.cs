using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Training;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Bench;

/// <summary>
/// A training step on EfficientNet-Lite0, batch 8, and what makes it cheaper: only the batch's rows of the fusion, the unmasked pass kept, the masked pass in
/// bfloat16; the latter on a ResNet-50 of made-up weights as well.
/// </summary>
internal sealed class StepCost : IBenchmark
{
    private const int Batch = 8, HalfBatch = 4, Rounds = 5;

    public string Name => "step";

    public IEnumerable<Measurement> Run()
    {
        using LoadedModel model = EmbeddedModel.Load(), rough = EmbeddedModel.Load(ScalarType.BFloat16);
        using AttentionMechanism attention = AttentionMechanism.Create(AttentionVariant.Full, model.Classifier.Taps, model.Classifier.Classes, seed: 1, CPU);
        using Tensor pixels = Preprocessing.ToPixels([.. Enumerable.Range(0, Batch).Select(i => SyntheticImage.Make($"bench/{i}", 224, 224))], CPU).Values;
        using ForwardPass pass = model.Classifier.Forward(new(pixels));
        using Tensor few = arange(Batch, ScalarType.Int64), all = arange(model.Classifier.Classes, ScalarType.Int64), label = zeros([Batch], ScalarType.Int64);
        TrainingStep step = new(model.Classifier, attention, Recipe.Paper.For(ModelKind.Cnn));
        SplitMix64 random = new(1);
        double[] seconds = ProcessorTime.Least(
            Rounds,
            () => step.Differentiate(new PixelImages(pixels), ref random),
            () => Unmasked(model.Classifier, pixels),
            () => Maps(attention, pass, few),
            () => Maps(attention, pass, all),
            () => Masked(model.Classifier, pass.Images.Values, label).Dispose(),
            () => Masked(rough.Classifier, pass.Images.Values, label).Dispose());
        yield return new("step", 1000 * seconds[0] / Batch, "ms processor time a photograph");
        yield return new("of it: unmasked pass", 1000 * seconds[1] / Batch, "ms");
        yield return new("of it: maps, the batch's rows", 1000 * seconds[2] / Batch, "ms");
        yield return new("of it: masked pass and gradient", 1000 * seconds[4] / Batch, "ms");
        yield return new("maps, all 1,000 rows", 1000 * seconds[3] / Batch, "ms");
        yield return new("step with all rows", (seconds[0] - seconds[2] + seconds[3]) / seconds[0], "× the step");
        yield return new("step with the unmasked pass kept", (seconds[0] - seconds[1]) / seconds[0], "× the step");
        yield return new("masked pass in bfloat16", seconds[5] / seconds[4], "× float32");
        yield return new("cosine of the two gradients", Cosine(model.Classifier, rough.Classifier, pass.Images.Values, label), "");
        yield return new("step with it", (seconds[0] - seconds[4] + seconds[5]) / seconds[0], "× the step");
        foreach (Measurement measured in OnResNet()) yield return measured;
    }

    private static IEnumerable<Measurement> OnResNet()
    {
        using IClassifier single = ResNet(ScalarType.Float32), half = ResNet(ScalarType.BFloat16);
        using Tensor pixels = Preprocessing.ToPixels([.. Enumerable.Range(0, HalfBatch).Select(i => SyntheticImage.Make($"bench/{i}", 224, 224))], CPU).Values;
        using Tensor images = Preprocessing.Standardise(new(pixels), single.Card.Input).Values, labels = zeros([HalfBatch], ScalarType.Int64);
        double[] seconds = ProcessorTime.Least(Rounds, () => Masked(single, images, labels).Dispose(), () => Masked(half, images, labels).Dispose());
        yield return new("ResNet-50: masked pass, float32", 1000 * seconds[0] / HalfBatch, "ms");
        yield return new("ResNet-50: in bfloat16", seconds[1] / seconds[0], "× float32");
        yield return new("cosine of the two gradients", Cosine(single, half, images, labels), "");
    }

    private static double Cosine(IClassifier single, IClassifier half, Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        Tensor exact = Masked(single, images, labels), rough = Masked(half, images, labels).to(ScalarType.Float32);
        return ((exact * rough).sum() / (exact.norm() * rough.norm())).ToDouble();
    }

    private static IClassifier ResNet(ScalarType dtype)
    {
        ModelCard card = TorchvisionCards.Of("resnet50");
        using StateDict weights = SyntheticWeights.Make("bench", "resnet50", Architectures.Layout(card.Architecture!, card.Classes.Count));
        return Architectures.Build(card, weights, new(CPU) { Dtype = dtype });
    }

    private static void Unmasked(IClassifier classifier, Tensor pixels)
    {
        using ForwardPass again = classifier.Forward(new(pixels));
    }

    private static void Maps(AttentionMechanism attention, ForwardPass pass, Tensor classes)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        attention.ForwardRows(pass.Features, classes, training: true).Values.sigmoid().mean().backward();
    }

    // The gradient that reaches the masked images.
    private static Tensor Masked(IClassifier classifier, Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        Tensor masked = images.detach().clone();
        masked.requires_grad = true;
        nn.functional.cross_entropy(classifier.Classify(new(masked)).Values.to(ScalarType.Float32), labels).backward();
        return masked.grad!.DetachFromDisposeScope();
    }
}
