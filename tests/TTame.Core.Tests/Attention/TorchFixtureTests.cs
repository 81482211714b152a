using TorchSharp;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Weights;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Attention;

/// <summary>Checkpoints that torch.save itself wrote (tests/oracles/checkpoints/make.py), from weights that the formula gives.</summary>
[Trait("Kind", "Oracle")]
public sealed class TorchFixtureTests : IDisposable
{
    private const string Salt = "import";

    private readonly string folder = Directory.CreateTempSubdirectory("ttame-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    private ModelLibrary Library => new(folder, new());

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Fixture(string format, string name) => Path.Combine(Ground.Repository, "tests", "oracles", "checkpoints", format, name);

    private void Backbone(string family)
    {
        using StateDict weights = SyntheticWeights.Make(Salt, family, Architectures.Layout(new(family), 10));
        ModelPublication.Publish(Library, TorchvisionCards.Of(family), weights);
    }

    [Theory]
    [InlineData("zip", "toy_vit", "ln")]
    [InlineData("legacy", "toy_vit", "ln")]
    [InlineData("zip", "toy_cnn", null)]
    [InlineData("legacy", "toy_cnn", null)]
    public void Attention_OfficialLightningCheckpoint_HasItsTapsItsVersionAndItsNumbers(string format, string family, string? taps)
    {
        Backbone(family);

        ImportedModel imported = CheckpointImport.Attention(Library, Fixture(format, $"{family}_TTAME.ckpt"), family, "explained");

        Assert.Equal((taps, "TTAME"), (imported.Card.Attention!.Features, imported.Card.Attention.Version));
        Assert.Equal(7, imported.Card.Attention.Training!.Value.GetProperty("numbers").GetProperty("epoch").GetDouble());
        using LoadedModel model = Library.Load("explained", CPU);
        string tag = $"{family}.attn.{(family == "toy_vit" ? "ln" : "pools")}.TTAME";
        using StateDict expected = SyntheticWeights.Make(Salt, tag, AttentionMechanism.Layout(AttentionVariant.FullTimesClassToken, model.Classifier.Taps, 10)), found = model.Attention!.ToStateDict();
        Assert.All(expected, entry => Assert.True(entry.Value.Equals(found[entry.Key]), entry.Key));
        Assert.Equal(1000, found["bns.0.num_batches_tracked"].item<long>());
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Attention_WhatLightningPickledBeside_IsNamedAndNotMade(string format)
    {
        Backbone("toy_vit");

        var ignored = CheckpointImport.Attention(Library, Fixture(format, "toy_vit_TTAME.ckpt"), "toy_vit").Ignored;

        Assert.Equal(
            ["__builtin__.getattr", "functools.partial", "lightning.pytorch.loops.progress._Progress", "pathlib.PurePosixPath", "pytorch_lightning.utilities.parsing.AttributeDict"], ignored);
    }

    [Theory]
    [InlineData("zip", "toy_cnn-parallel.pth")]
    [InlineData("legacy", "toy_cnn-parallel.pth")]
    [InlineData("zip", "toy_cnn_TTAME.ckpt")]                                      // the frozen backbone beside the attention
    public void Backbone_StateDictBehindAPrefix_HasItsNumbers(string format, string name)
    {
        ModelCard card = CheckpointImport.Backbone(Library, Fixture(format, name), "toy_cnn").Card;

        using StateDict expected = SyntheticWeights.Make(Salt, "toy_cnn", Architectures.Layout(new("toy_cnn"), 10));
        using StateDict found = Safetensors.Read(Path.Combine(folder, card.Name, card.File));
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.All(expected, entry => Assert.True(entry.Value.Equals(found[entry.Key]), entry.Key));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Read_ViewsAndEveryDtype_AreWhatTorchSaved(string format)
    {
        using TorchCheckpoint checkpoint = TorchCheckpoint.Open(Fixture(format, "views.pt"));
        using StateDict read = checkpoint.Read();

        Tensor whole = arange(24, dtype: ScalarType.Float32);
        Dictionary<string, Tensor> expected = new()
        {
            ["whole"] = whole, ["turned"] = whole.view(4, 6).t(), ["part"] = whole.slice(0, 5, 17, 3), ["half"] = whole.narrow(0, 0, 3).to(ScalarType.Float16), ["wide"] = whole.narrow(0, 0, 2).to(ScalarType.Float64),
            ["counter"] = tensor(3L), ["flags"] = tensor(new[] { true, false }), ["brain"] = whole.narrow(0, 0, 4).to(ScalarType.BFloat16), ["none"] = zeros(0, 3), ["learned"] = whole.narrow(0, 2, 2),
        };
        Assert.Equal(expected.Keys.Order(), read.Keys.Order());
        Assert.All(expected, entry =>
        {
            Assert.Equal((entry.Value.dtype, string.Join(",", entry.Value.shape)), (read[entry.Key].dtype, string.Join(",", read[entry.Key].shape)));
            Assert.True(entry.Value.to(ScalarType.Float64).Equals(read[entry.Key].to(ScalarType.Float64)), entry.Key);
        });
        read["whole"].fill_(-1);                                                    // one storage in the file is one in memory
        Assert.Equal(-1, read["turned"][5, 3].item<float>());
        Assert.Equal(-1, read["learned"][1].item<float>());
    }
}
