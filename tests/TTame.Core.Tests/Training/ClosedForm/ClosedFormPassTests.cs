using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training.ClosedForm;

public sealed class ClosedFormPassTests : IDisposable
{
    private const int Pictures = 20;

    private readonly string folder = Directory.CreateTempSubdirectory("ttame-closed-").FullName;
    private readonly IClassifier classifier = Toys.Cnn();
    private readonly ImageList images;

    public ClosedFormPassTests() => images = ImageList.Open(Toys.Pictures(folder, Pictures));

    private ClosedFormPass Pass(Recipe? recipe = null) => new(new(classifier, images), recipe ?? Recipe.FewImages, AttentionVariant.Full);

    [Fact]
    [Trait("Kind", "Property")]
    public void Sum_StretchesWrittenReadAndAdded_SameBytesAsOne()
    {
        ClosedFormPass pass = Pass();
        using TapSample sample = pass.Sample();
        using PartialEvidence whole = PartialEvidence.Empty(classifier, 0);
        pass.Sum(sample, whole, Pictures);
        using PartialEvidence added = PartialEvidence.Empty(classifier, 0);
        foreach ((int first, int last) in new[] { (0, 8), (8, 16), (16, Pictures) })
        {
            using PartialEvidence part = PartialEvidence.Empty(classifier, first);
            pass.Sum(sample, part, last);
            using PartialEvidence read = Read(Bytes(part, pass.Source), pass.Source);
            added.Add(read);
        }

        Assert.Equal(Bytes(whole, pass.Source), Bytes(added, pass.Source));
        Assert.Equal((Pictures, 8 * Pictures), ((int)whole.Sums.Pooled.Count, (int)whole.Sums.Masked.Count));
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Sum_PausedAfterEveryBlock_SameBytesAsInOneGo()
    {
        ClosedFormPass pass = Pass(), pausing = new(new(classifier, images) { Pause = () => true }, Recipe.FewImages, AttentionVariant.Full);
        using TapSample sample = pass.Sample();
        using PartialEvidence whole = PartialEvidence.Empty(classifier, 0), paused = PartialEvidence.Empty(classifier, 0);
        pass.Sum(sample, whole, Pictures);
        int calls = 0;
        for (; paused.Next < Pictures; calls++) pausing.Sum(sample, paused, Pictures);

        Assert.Equal(3, calls);
        Assert.Equal(Bytes(whole, pass.Source), Bytes(paused, pass.Source));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Sum_PictureUnreadable_IsListedAndSurvivesWriting()
    {
        string name = images.Entries[9].Name;
        File.WriteAllText(Path.Combine(folder, name), "no picture");
        ClosedFormPass pass = Pass(Recipe.FewImages with { Initialisation = Initialisation.Pooled });
        using TapSample sample = pass.Sample();
        using PartialEvidence part = PartialEvidence.Empty(classifier, 8);
        pass.Sum(sample, part, 16);
        using PartialEvidence read = Read(Bytes(part, pass.Source), pass.Source);

        Assert.Equal(name, Assert.Single(read.Unreadable).Name);
        Assert.Equal((8, 16, 7.0), (read.First, read.Next, read.Sums.Pooled.Count));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Solve_StretchMissing_ArgumentException()
    {
        ClosedFormPass pass = Pass(Recipe.FewImages with { Initialisation = Initialisation.Pooled });
        using TapSample sample = pass.Sample();
        using PartialEvidence first = PartialEvidence.Empty(classifier, 0), third = PartialEvidence.Empty(classifier, 16);
        pass.Sum(sample, first, 8);
        pass.Sum(sample, third, Pictures);

        Assert.Throws<ArgumentException>(() => first.Add(third));
        Assert.Throws<ArgumentException>(() => pass.Solve(sample, first));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Read_SumsOfAnotherSource_ArgumentException()
    {
        ClosedFormPass one = Pass(), other = Pass(Recipe.FewImages with { Seed = 1 });
        using PartialEvidence part = PartialEvidence.Empty(classifier, 0);

        Assert.Throws<ArgumentException>(() => Read(Bytes(part, one.Source), other.Source));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Begin_NoEpochs_CostsLessThanThirteenTenthsOfOnePlusMasksClassifications()
    {
        long before = classifier.ForwardPasses;

        using Checkpoint start = Pass().Begin();

        Assert.True(start.State.Finished);
        Assert.InRange(classifier.ForwardPasses - before, (1 + 8) * Pictures, (long)(1.3 * (1 + 8) * Pictures));
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Begin_Twice_SamePenaltiesAndRows()
    {
        using Checkpoint one = Pass().Begin(), two = Pass().Begin();

        Assert.Equal(one.State.Penalties, two.State.Penalties);
        Assert.Equal(2, one.State.Penalties.Count);
        Assert.Equal(one.Attention["fuser.weight"].data<float>().ToArray(), two.Attention["fuser.weight"].data<float>().ToArray());
    }

    [Theory]
    [InlineData(Initialisation.Pooled)]
    [InlineData(Initialisation.Masked)]
    [InlineData(Initialisation.MaskedAndPooled)]
    [Trait("Kind", "Unit")]
    public void Begin_EveryClassPredictedOrNot_MapsFiniteWithWantedSpreadAndMean(Initialisation kind)
    {
        using Checkpoint start = Pass(Recipe.FewImages with { Initialisation = kind }).Begin();
        using AttentionMechanism attention = TrainingChunk.AttentionOf(start, classifier);
        using var scope = NewDisposeScope();
        Tensor pixels = Preprocessing.ToPixels([.. Enumerable.Range(0, Pictures).Select(i => new TrainingCrops(images, classifier.Card.Input, Recipe.Paper with { Augmentation = Augmentation.Centre }, ImageLimits.Default).Load(i, 0).Window!)], CPU).Values;
        using ForwardPass pass = classifier.Forward(new(pixels));

        Tensor maps = attention.Forward(pass.Features).Values;

        Assert.True(pass.Logits.Values.argmax(1).cpu().data<long>().ToArray().Distinct().Count() < classifier.Classes);
        Assert.True(maps.isfinite().all().item<bool>());
        foreach (float spread in maps.std([0, 2, 3], unbiased: false).data<float>()) Assert.Equal(1.5f, spread, 0.01f);
        Assert.Equal(0.35, maps.sigmoid().mean().ToDouble(), 0.06);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Begin_StoppedHalfway_GoesOnFromItsSums()
    {
        string sums = Path.Combine(folder, "..", Path.GetFileName(folder) + ".sums");
        File.WriteAllText(Path.Combine(folder, "broken.png"), "no picture");
        using ImageList many = ImageList.Concat([.. Enumerable.Repeat(0, 11).Select(_ => ImageList.Open(folder))]);
        ClosedFormPass pass = new(new(classifier, many), Recipe.FewImages with { Initialisation = Initialisation.Pooled }, AttentionVariant.Full) { SumsPath = sums };
        using CancellationTokenSource stop = new();
        try
        {
            Assert.ThrowsAny<OperationCanceledException>(() => pass.Begin(new Stopper(208, stop), stop.Token));
            long before = classifier.ForwardPasses;
            using Checkpoint resumed = pass.Begin();
            long cost = classifier.ForwardPasses - before;
            File.Delete(sums);
            using Checkpoint whole = pass.Begin();

            Assert.Equal(60 + 30, cost);                          // the readable ones of the sample, and of what lies behind the 200 that were saved
            Assert.Equal(11, whole.State.Unreadable.Count);
            Assert.Equal(whole.State.Unreadable, resumed.State.Unreadable);
            Assert.Equal(whole.Attention["fuser.weight"].data<float>().ToArray(), resumed.Attention["fuser.weight"].data<float>().ToArray());
        }
        finally
        {
            File.Delete(sums);
        }
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Trainer_SumsKept_AnotherPenaltySolvedWithoutPassingOverThePictures()
    {
        string sums = Path.Combine(folder, "..", Path.GetFileName(folder) + ".kept");
        Recipe other = Recipe.FewImages with { ClosedForm = new() { Penalty = 0.5, PooledWeight = 0.3 } };
        try
        {
            using Checkpoint first = Train(Recipe.FewImages);
            long before = classifier.ForwardPasses;
            using Checkpoint second = Train(other);
            long cost = classifier.ForwardPasses - before;
            using Checkpoint anew = Pass(other).Begin();

            Assert.Equal(Pictures, cost);                         // the sample of taps alone
            Assert.Equal([0.5, 0.5], second.State.Penalties);
            Assert.Equal(anew.Attention["fuser.weight"].data<float>().ToArray(), second.Attention["fuser.weight"].data<float>().ToArray());
            Assert.Throws<ArgumentException>(() => Train(Recipe.FewImages with { ClosedForm = new() { Shift = 1 } }));
        }
        finally
        {
            File.Delete(sums);
        }

        Checkpoint Train(Recipe recipe) => new Trainer(new(classifier, images), recipe, AttentionVariant.Full, new() { SumsPath = sums }).Run();
    }

    [Theory]
    [InlineData("1,0.5")]
    [InlineData("1,x,1")]
    [InlineData("1,-1,1")]
    [Trait("Kind", "Unit")]
    public void WeightsOf_NotOneNumberPerTap_ArgumentException(string weights)
        => Assert.Throws<ArgumentException>(() => new ClosedFormOptions { TapWeights = weights }.WeightsOf(3));

    [Fact]
    [Trait("Kind", "Unit")]
    public void Begin_TapWeightZero_RowsReadNothingOfThatTap()
    {
        using Checkpoint start = Pass(Recipe.FewImages with { Initialisation = Initialisation.Pooled, ClosedForm = new() { TapWeights = "1,0,0.5" } }).Begin();
        int first = classifier.Taps[0].Channels, second = classifier.Taps[1].Channels;

        Assert.Equal(0, start.Attention["fuser.weight"].narrow(1, first, second).abs().max().ToDouble());
        Assert.True(start.Attention["fuser.weight"].narrow(1, 0, first).abs().max().ToDouble() > 0);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Begin_VariantWithoutSkip_ArgumentException()
        => Assert.Throws<ArgumentException>(() => new ClosedFormPass(new(classifier, images), Recipe.FewImages, AttentionVariant.NoSkip).Begin());

    private static byte[] Bytes(PartialEvidence part, string source)
    {
        using MemoryStream file = new();
        part.Write(file, source);
        return file.ToArray();
    }

    private static PartialEvidence Read(byte[] bytes, string source) => PartialEvidence.Read(new MemoryStream(bytes), "evidence", source);

    public void Dispose()
    {
        images.Dispose();
        classifier.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Stopper(int at, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= at) source.Cancel();
        }
    }
}
