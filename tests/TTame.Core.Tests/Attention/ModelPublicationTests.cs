using System.Text.Json;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Core.Tests.Attention;

[Trait("Kind", "Unit")]
public sealed class ModelPublicationTests : IDisposable
{
    private const string Backbone = "efficientnet-lite0";
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public ModelPublicationTests()
    {
        string to = Directory.CreateDirectory(Path.Combine(folder, Backbone)).FullName;
        string models = Path.Combine(Ground.Repository, "models");
        ModelCard card = new ModelLibrary(models, new()).Card(Backbone);
        File.Copy(Path.Combine(models, Backbone, card.File), Path.Combine(to, card.File));
        File.WriteAllText(Path.Combine(to, "model.json"), (card with { Attention = null }).ToJson());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Publish_UnderAnotherName_MakesAModelThatLoadsWithItsAttention()
    {
        var library = new ModelLibrary(folder, new());
        string published = Publish(library, "mine");

        using var loaded = library.Load("mine", CPU);

        Assert.NotNull(loaded.Attention);
        Assert.Equal(published, loaded.Card.Attention!.Sha256);
        Assert.Equal("by hand", loaded.Card.Attention.Training!.Value.GetProperty("note").GetString());
        Assert.Null(library.Card(Backbone).Attention);
    }

    [Fact]
    public void Publish_SameWeightsTwice_GivesTheSameBytes()
    {
        var library = new ModelLibrary(folder, new());

        Assert.Equal(Publish(library, "first"), Publish(library, "second"));
    }

    [Fact]
    public void Load_AttentionOfAnotherBackbone_IsRefused()
    {
        var library = new ModelLibrary(folder, new());
        using var model = library.Load(Backbone, CPU);
        using var attention = AttentionMechanism.Create(AttentionVariant.Full, model.Classifier.Taps, model.Classifier.Classes, seed: 1, CPU);
        using var weights = attention.ToStateDict();
        ModelPublication.Publish(library, "foreign", model.Card with { Sha256 = new string('0', 64) }, weights, null, training: null);
        string card = Path.Combine(folder, "foreign", "model.json");
        File.WriteAllText(card, File.ReadAllText(card).Replace(new string('0', 64), model.Card.Sha256, StringComparison.Ordinal));

        Assert.Throws<WeightsException>(() => library.Load("foreign", CPU));
    }

    private static string Publish(ModelLibrary library, string name)
    {
        using var model = library.Load(Backbone, CPU);
        using var attention = AttentionMechanism.Create(AttentionVariant.Full, model.Classifier.Taps, model.Classifier.Classes, seed: 1, CPU);
        using StateDict weights = attention.ToStateDict();
        return ModelPublication.Publish(library, name, model.Card, weights, null, JsonSerializer.SerializeToElement(new { note = "by hand" })).Attention!.Sha256!;
    }
}
