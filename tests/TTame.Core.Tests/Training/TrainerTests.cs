using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Training;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ttame-train-").FullName;
    private readonly IClassifier classifier = Toys.Cnn();

    public static TheoryData<string> Recipes => ["paper", "official", "few-images", "paper, shared rows", "paper, adamw"];

    [Theory]
    [MemberData(nameof(Recipes))]
    [Trait("Kind", "Property")]
    public void Run_StoppedAndResumedAfterEveryStep_SameBytesAsUninterrupted(string recipe)
    {
        using ImageList images = ImageList.Open(Toys.Pictures(Folder("images"), 10));
        Recipe small = Recipe.Named(recipe.Split(',')[0]) with { Epochs = 2, BatchSize = 4, MaxLearningRate = 0.05, Seed = 3 };
        if (recipe.EndsWith("shared rows", StringComparison.Ordinal)) small = small with { Rows = RowRule.Shared };
        if (recipe.EndsWith("adamw", StringComparison.Ordinal)) small = small with { Optimiser = OptimiserKind.AdamW };
        string file = Path.Combine(folder, "broken.safetensors");

        using Checkpoint whole = new Trainer(new(classifier, images), small, AttentionVariant.Full, new()).Run();
        for (int stop = 1; stop <= whole.State.TotalSteps; stop++)
            Interrupted(new(classifier, images) { DecodeAhead = stop }, small, file);
        using Checkpoint resumed = new Trainer(new(classifier, images), small, AttentionVariant.Full, new() { CheckpointPath = file }).Run();

        Assert.Equal(6, whole.State.TotalSteps);
        Assert.Equal(Bytes(whole), Bytes(resumed));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Run_EightEpochs_LossFallsAndClassifierStays()
    {
        using ImageList images = ImageList.Open(Toys.Pictures(Folder("images"), 16));
        Recipe recipe = Recipe.Paper with { Epochs = 8, BatchSize = 8, MaxLearningRate = 0.2 };
        float[] before = Logits();

        using Checkpoint trained = new Trainer(new(classifier, images), recipe, AttentionVariant.Full, new()).Run();

        Assert.True(trained.State.History[^1].Mean().Total < 0.95 * trained.State.History[0].Mean().Total);
        Assert.Equal(before, Logits());
        using AttentionMechanism loaded = TrainingChunk.AttentionOf(trained, classifier);
        Assert.Equal(16 / 8 * 8, loaded.Buffers.Single(b => b.Name == "bns.0.num_batches_tracked").Value.item<long>());
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Run_UnreadableImages_AreListedAndTheRestIsTrainedOn()
    {
        Toys.Pictures(Folder("images"), 5);
        File.WriteAllText(Path.Combine(Folder("images"), "notes.txt"), "no picture");
        File.WriteAllBytes(Path.Combine(Folder("images"), "half.png"), File.ReadAllBytes(Path.Combine(Folder("images"), "p00.png"))[..60]);
        using ImageList images = ImageList.Open(Folder("images"));
        List<TrainingProgress> reports = [];

        using Checkpoint trained = new Trainer(new(classifier, images), Recipe.Paper with { Epochs = 2, BatchSize = 3 }, AttentionVariant.Full, new()).Run(new Reports(reports));

        Assert.Equal(["half.png", "notes.txt"], trained.State.Unreadable.Select(u => u.Name).Order());
        Assert.Equal((6, 6, 2), (reports.Count, reports[^1].Step, reports[^1].Unreadable));
        Assert.All(trained.Attention.Values.Where(t => t.is_floating_point()), t => Assert.True(t.isfinite().all().item<bool>()));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Run_CheckpointOfAnotherRecipeOrList_ArgumentException()
    {
        using ImageList images = ImageList.Open(Toys.Pictures(Folder("images"), 4)), others = ImageList.Open(Toys.Pictures(Folder("others"), 3));
        Recipe recipe = Recipe.Paper with { Epochs = 1, BatchSize = 2 };
        TrainerOptions options = new() { CheckpointPath = Path.Combine(folder, "c.safetensors"), StepsPerChunk = 1 };
        Interrupted(new(classifier, images), recipe, options.CheckpointPath);

        Assert.Throws<ArgumentException>(() => new Trainer(new(classifier, images), recipe with { Epochs = 3 }, AttentionVariant.Full, options).Run());
        Assert.Throws<ArgumentException>(() => new Trainer(new(classifier, others), recipe, AttentionVariant.Full, options).Run());
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Begin_SameSeed_SameStartAndOtherSeedAnother()
    {
        using ImageList images = ImageList.Open(Toys.Pictures(Folder("images"), 2));
        using Checkpoint a = TrainingChunk.Begin(new(classifier, images), Recipe.Paper, AttentionVariant.Full);
        using Checkpoint b = TrainingChunk.Begin(new(classifier, images), Recipe.Paper, AttentionVariant.Full);
        using Checkpoint c = TrainingChunk.Begin(new(classifier, images), Recipe.Paper with { Seed = 1 }, AttentionVariant.Full);

        Assert.Equal(Bytes(a), Bytes(b));
        Assert.NotEqual(Bytes(a), Bytes(c));
    }

    public void Dispose()
    {
        classifier.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Runs one step beyond the checkpoint and is stopped.</summary>
    private static void Interrupted(TrainingInputs inputs, Recipe recipe, string file)
    {
        using CancellationTokenSource stop = new();
        int steps = 0;
        Trainer trainer = new(inputs, recipe, AttentionVariant.Full, new() { CheckpointPath = file, StepsPerChunk = 1 });
        try
        {
            trainer.Run(new Reports(_ => { if (++steps == 2) stop.Cancel(); }), stop.Token).Dispose();
        }
        catch (OperationCanceledException)
        {
            Assert.True(File.Exists(file));
        }
    }

    private float[] Logits()
    {
        using var scope = NewDisposeScope();
        return classifier.Forward(Preprocessing.ToPixels([Toys.Blobs(32, 32, 99)], CPU)).Logits.Values.data<float>().ToArray();
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    private static byte[] Bytes(Checkpoint checkpoint)
    {
        using MemoryStream stream = new();
        checkpoint.Write(stream);
        return stream.ToArray();
    }

    private sealed class Reports(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public Reports(List<TrainingProgress> list) : this(list.Add)
        {
        }

        public void Report(TrainingProgress value) => report(value);
    }
}
