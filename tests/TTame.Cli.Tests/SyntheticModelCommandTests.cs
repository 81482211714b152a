using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public sealed class SyntheticModelCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("toy_cnn", null, "pools")]
    [InlineData("toy_vit", "ln", "ln")]
    public async Task Run_SmallFamily_IsAModelThatLoadsWithBothHashes(string family, string? features, string taps)
    {
        string[] choice = features is null ? [] : ["--features", features];
        Assert.Equal(ExitCode.Done, await CommandLine.Run(["synthetic-model", family, "--models", folder, "--name", "mine", .. choice]));

        ModelLibrary library = new(folder, new());
        ModelCard card = library.Card("mine");
        Assert.Equal((taps, 10), (card.Attention!.Features, card.Classes.Count));
        Assert.Equal(card.Sha256, Sha256.OfFile(Path.Combine(folder, "mine", card.File)));
        using LoadedModel model = library.Load("mine", CPU);
        using var scope = NewDisposeScope();
        int size = card.Input.Size;
        Assert.True(model.Attention!.Forward(model.Classifier.Forward(new PixelImages(rand(1, 3, size, size))).Features).Values.isfinite().all().item<bool>());
    }

    [Fact]
    public async Task Run_AnotherSalt_OtherWeights()
    {
        foreach (string salt in new[] { "one", "two" })
            Assert.Equal(ExitCode.Done, await CommandLine.Run(["synthetic-model", "toy_cnn", "--models", folder, "--name", salt, "--salt", salt]));

        ModelLibrary library = new(folder, new());
        Assert.NotEqual(library.Card("one").Sha256, library.Card("two").Sha256);
        Assert.NotEqual(library.Card("one").Attention!.Sha256, library.Card("two").Attention!.Sha256);
    }

    [Theory]
    [InlineData("toy_cnn", "--features", "pool1,pool2")]
    [InlineData("alexnet")]
    public async Task Run_WhatTheFormulaDoesNotKnow_IsWrongUsage(params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await CommandLine.Run(["synthetic-model", .. args, "--models", folder]));
        Assert.Empty(new ModelLibrary(folder, new()).Entries());
    }
}
