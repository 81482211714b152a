using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

public sealed class PassCacheTests : IDisposable
{
    private const int Pictures = 6, Epochs = 3;
    private const long Roomy = 64 << 20;

    private readonly string folder = Directory.CreateTempSubdirectory("ttame-passes-").FullName;
    private readonly IClassifier classifier = Toys.Cnn();
    private readonly ImageList images;
    private readonly Recipe recipe = Recipe.Paper with { Epochs = Epochs, BatchSize = 4, MaxLearningRate = 0.05, Augmentation = Augmentation.Centre, Unmasked = PassRule.PerImage };

    public PassCacheTests() => images = ImageList.Open(Toys.Pictures(folder, Pictures));

    [Fact]
    [Trait("Kind", "Property")]
    public void Run_RoomForAllHalfOrNone_SameBytesFewerPasses()
    {
        (byte[] all, long allPasses) = Trained(new PassCache(Roomy));
        (byte[] half, long halfPasses) = Trained(new PassCache(3 * OneImage()));
        (byte[] none, long nonePasses) = Trained(null);

        Assert.Equal(all, half);
        Assert.Equal(all, none);
        Assert.Equal((Pictures * (1 + Epochs), 2 * Pictures * Epochs), (allPasses, nonePasses));
        Assert.Equal(allPasses + 3 * (Epochs - 1), halfPasses);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Run_EachImageByItselfOrABatchAtOnce_SameRowsButForRounding()
    {
        using Checkpoint alone = new Trainer(new(classifier, images), recipe, AttentionVariant.Full, new()).Run();
        using Checkpoint together = new Trainer(new(classifier, images), recipe with { Unmasked = PassRule.PerBatch }, AttentionVariant.Full, new()).Run();

        using Tensor difference = (alone.Attention["fuser.weight"] - together.Attention["fuser.weight"]).abs().max();
        Assert.InRange(difference.ToDouble(), 0, 1e-4);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Begin_ClosedForm_LeavesTheAnswersForTheFirstEpoch()
    {
        using PassCache passes = new(Roomy);
        TrainingInputs inputs = new(classifier, images) { Passes = passes };
        using Checkpoint start = new ClosedFormPass(inputs, Recipe.FewImages with { Epochs = 1, BatchSize = 4, Augmentation = Augmentation.Centre, Unmasked = PassRule.PerImage }, AttentionVariant.Full).Begin();
        long before = classifier.ForwardPasses;

        using Checkpoint trained = TrainingChunk.Run(inputs, start, start.State.TotalSteps);

        Assert.Equal(Pictures, passes.Count);
        Assert.Equal(Pictures, classifier.ForwardPasses - before);           // the masked ones
    }

    [Theory]
    [InlineData(Augmentation.Crop)]
    [InlineData(Augmentation.CropAndFlip)]
    [Trait("Kind", "Unit")]
    public void Validate_WindowsThatMove_ArgumentException(Augmentation augmentation)
        => Assert.Contains("centre", Assert.Throws<ArgumentException>((recipe with { Augmentation = augmentation }).Validate).Message);

    public void Dispose()
    {
        images.Dispose();
        classifier.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private long OneImage()
    {
        using ForwardPass pass = classifier.Forward(new(zeros([1, 3, 32, 32])));
        return pass.Features.Values.Append(pass.Logits.Values).Sum(tensor => tensor.NumberOfElements * tensor.ElementSize);
    }

    private (byte[] Bytes, long Passes) Trained(PassCache? passes)
    {
        using (passes)
        {
            long before = classifier.ForwardPasses;
            using Checkpoint trained = new Trainer(new(classifier, images) { Passes = passes }, recipe, AttentionVariant.Full, new() { StepsPerChunk = 2 }).Run();
            using MemoryStream stream = new();
            trained.Write(stream);
            return (stream.ToArray(), classifier.ForwardPasses - before);
        }
    }
}
