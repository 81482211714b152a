using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

public sealed class MaskedPassTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ttame-half-").FullName;
    private readonly IClassifier classifier = Toys.Cnn(), half = Toys.Cnn(ScalarType.BFloat16);
    private readonly Recipe recipe = Recipe.Paper with { Epochs = 1, BatchSize = 4, MaxLearningRate = 0.05, MaskedPass = PassPrecision.BFloat16 };
    private readonly ImageList images;

    public MaskedPassTests() => images = ImageList.Open(Toys.Pictures(folder, 8));

    [Fact]
    [Trait("Kind", "Property")]
    public void Run_MaskedPassInBfloat16_StepsInNearlyTheSameDirection()
    {
        using Checkpoint start = TrainingChunk.Begin(new(classifier, images), recipe, AttentionVariant.Full);
        using Checkpoint exact = new Trainer(new(classifier, images), recipe with { MaskedPass = PassPrecision.Float32 }, AttentionVariant.Full, new()).Run();
        long before = half.ForwardPasses;
        using Checkpoint rough = new Trainer(new(classifier, images) { Half = half }, recipe, AttentionVariant.Full, new()).Run();
        using var scope = NewDisposeScope();

        Tensor a = exact.Attention["fuser.weight"] - start.Attention["fuser.weight"], b = rough.Attention["fuser.weight"] - start.Attention["fuser.weight"];

        Assert.Equal(8, half.ForwardPasses - before);
        Assert.True((a - b).abs().max().ToDouble() > 0);
        Assert.InRange(((a * b).sum() / (a.norm() * b.norm())).ToDouble(), 0.99, 1);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Run_NoClassifierInBfloat16_ArgumentException()
        => Assert.Throws<ArgumentException>(() => new Trainer(new(classifier, images), recipe, AttentionVariant.Full, new()).Run());

    public void Dispose()
    {
        images.Dispose();
        classifier.Dispose();
        half.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
