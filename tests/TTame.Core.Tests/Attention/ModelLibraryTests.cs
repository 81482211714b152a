using TTame.Core.Attention;
using TTame.Core.Backbones;

namespace TTame.Core.Tests.Attention;

/// <summary>What a library's list says of models that nobody has loaded.</summary>
[Trait("Kind", "Unit")]
public sealed class ModelLibraryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ttame-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private ModelEntry Listed(ModelCard card)
    {
        string path = Path.Combine(folder, card.Name);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, ModelCard.FileName), card.ToJson());
        return Assert.Single(new ModelLibrary(folder, new()).Entries());
    }

    [Theory]
    [InlineData("vgg16", null, new[] { "features.16", "features.23", "features.30" }, 8)]
    [InlineData("vgg16", "conv", new[] { "features.15", "features.22", "features.29" }, 4)]
    [InlineData("resnet50", "layer3,layer4", new[] { "layer3", "layer4" }, 16)]
    [InlineData("vit_b_16", "ln", new[] { "encoder.layers.encoder_layer_9.ln_1", "encoder.layers.encoder_layer_10.ln_1", "encoder.layers.encoder_layer_11.ln_1" }, 16)]
    public void Entries_ModelWithoutItsWeights_HasItsTaps(string family, string? features, string[] taps, int stride)
    {
        ModelEntry entry = Listed(TorchvisionCards.Of(family) with { Attention = new("attention.safetensors", null, features) });

        Assert.Equal(taps, entry.Taps!.Select(tap => tap.Name));
        Assert.Equal(stride, entry.Taps![0].Stride);
    }

    [Fact]
    public void Entries_TorchScript_HasNoTapsBeforeItRuns()
        => Assert.Null(Listed(TorchvisionCards.Of("toy_cnn") with { Format = ModelCard.TorchScriptFormat, Architecture = null }).Taps);

    [Theory]
    [InlineData("alexnet", null, "alexnet")]
    [InlineData("toy_cnn", "pool9", "pool9")]
    public void Entries_NetworkOrTapsThatThereAreNot_AreAProblemThatNamesThem(string family, string? features, string named)
    {
        ModelEntry entry = Listed(TorchvisionCards.Of("toy_cnn") with { Architecture = new(family), Attention = new("attention.safetensors", null, features) });

        Assert.Null(entry.Card);
        Assert.Contains(named, entry.Problem!.Message, StringComparison.Ordinal);
    }
}
