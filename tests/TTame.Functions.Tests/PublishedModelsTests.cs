using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using TTame.Core.Attention;
using TTame.Core.Primitives;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Testing;
using static TorchSharp.torch;

namespace TTame.Functions.Tests;

[Trait("Kind", "Protocol")]
public sealed class PublishedModelsTests : IClassFixture<AzuriteFixture>, IDisposable
{
    private const string Name = TempModels.Name;
    private static readonly ServiceSettings Settings = SettingsTests.Read();
    private readonly TempModels models = new();
    private readonly AzuriteFixture azurite;
    private readonly ModelLibrary library;
    private readonly ModelHost host;
    private readonly InferenceLoop loop = new(Settings);
    private readonly PublishedModels published;

    public PublishedModelsTests(AzuriteFixture azurite)
    {
        this.azurite = azurite;
        library = new(models.Path, new());
        host = new(Settings, library, loop, NullLogger<ModelHost>.Instance);
        published = new(new BlobServiceClient(azurite.ConnectionString), Settings, library, host);
    }

    public void Dispose()
    {
        published.Dispose();
        host.Dispose();
        models.Dispose();
    }

    [SkippableFact]
    public async Task RollBack_ModelThatCameWithTheApp_IsPutBackAndThenThereIsNoEarlierOne()
    {
        string shipped = Attention();
        await published.PublishAsync(Trained(Name, seed: 5), Name, default);
        string trained = Attention();

        var left = await published.RollBackAsync(Name, default);

        Assert.NotEqual(shipped, trained);
        Assert.Equal(shipped, Attention());
        Assert.Single(left.Versions);
        using (var loaded = library.Load(Name, CPU)) Assert.NotNull(loaded.Attention);
        Assert.Equal(409, (await Assert.ThrowsAsync<RequestException>(() => published.RollBackAsync(Name, default))).Status);
    }

    [SkippableFact]
    public async Task Publish_TheSameTwice_IsOneVersion_AndAnotherMachineTakesItFromTheStorage()
    {
        var model = Trained("mine", seed: 6);
        await published.PublishAsync(model, Name, default);
        await published.PublishAsync(model, Name, default);

        using var others = new TempModels();
        var library2 = new ModelLibrary(others.Path, new());
        using var loop2 = new InferenceLoop(Settings);
        using var host2 = new ModelHost(Settings, library2, loop2, NullLogger<ModelHost>.Instance);
        using var elsewhere = new PublishedModels(new BlobServiceClient(azurite.ConnectionString), Settings, library2, host2);
        await elsewhere.SyncAsync("mine", default);

        Assert.Equal(model.Card.Attention!.Sha256, library2.Card("mine").Attention!.Sha256);
        Assert.Equal(404, (await Assert.ThrowsAsync<RequestException>(() => published.RollBackAsync("nobody-published-this", default))).Status);
    }

    [SkippableFact]
    public async Task SetDefault_PublishedModel_ExplainsWhatNamesNone_OnAnotherMachineToo()
    {
        Assert.Equal(Settings.Model, await published.DefaultAsync(default));
        await published.PublishAsync(Trained("chosen", seed: 8), Name, default);

        await published.SetDefaultAsync("chosen", default);

        Assert.Equal("chosen", await published.DefaultAsync(default));
        using var elsewhere = new PublishedModels(new BlobServiceClient(azurite.ConnectionString), Settings, library, host);
        Assert.Equal("chosen", await elsewhere.DefaultAsync(default));
        await Assert.ThrowsAsync<ModelException>(() => published.SetDefaultAsync("nobody-has-this", default));
        Assert.Equal("chosen", await elsewhere.DefaultAsync(default));
        await published.SetDefaultAsync(Name, default);
    }

    private string Attention() => library.Card(Name).Attention!.Sha256!;

    private PublishedModel Trained(string name, ulong seed)
    {
        using var plain = library.LoadBackbone(Name, CPU);
        using var attention = AttentionMechanism.Create(AttentionVariant.Full, plain.Classifier.Taps, plain.Classifier.Classes, seed, CPU);
        using var weights = attention.ToStateDict();
        return ModelPublication.Make(name, plain.Card, weights, null, training: null);
    }
}
