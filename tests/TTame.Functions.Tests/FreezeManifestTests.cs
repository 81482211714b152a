using Azure.Storage.Blobs;
using TTame.Core.Attention;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;
using TTame.Functions.Train;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>What is wrong with the images of a run is said before a device is used for it.</summary>
[Trait("Kind", "Protocol")]
public class FreezeManifestTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Backbone = "efficientnet-lite0";
    private const int Classes = 1000;
    private static readonly ServiceSettings Settings = SettingsTests.Read();
    private static readonly ModelLibrary Library = new(Path.Combine(Ground.Repository, "models"), new());

    private BlobServiceClient Blobs => new(azurite.ConnectionString);

    [SkippableFact]
    public async Task Fault52_LabelOutOfRange_IsRefusedByNameAndRule()
    {
        var images = await UploadAsync("out-of-range", ["a.jpg 0", "b.jpg 1", $"c.jpg {Classes}", "d.jpg 2"], ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => FreezeAsync(images));

        Assert.Contains("c.jpg", error.Message, StringComparison.Ordinal);
        Assert.Contains($"0 to {Classes - 1}", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Fault52_FilesThatTheListNamesAndNobodyHas_AreCountedAndListed()
    {
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"{i}.jpg")];
        var images = await UploadAsync("missing", [.. names, "gone.jpg", "lost.jpg"], names);

        var manifest = await FreezeAsync(images);

        Assert.Equal(2, manifest.Missing);
        Assert.Equal(10, manifest.Train.Count + manifest.Validation.Count + manifest.Test.Count);
        Assert.Equal("gone.jpg\nlost.jpg", (await new RunStore(Blobs, Settings).ReadAsync("missing/missing.txt", default)).ToString());
    }

    [SkippableFact]
    public async Task Fault52_NoImagesAtAll_IsRefused()
    {
        var images = await UploadAsync("empty", ["gone.jpg"], []);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => FreezeAsync(images));
    }

    [SkippableFact]
    public async Task Freeze_ImageAddedAfterwards_TheFirstManifestStays()
    {
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"{i}.jpg")];
        var images = await UploadAsync("added", names, names) with { List = null, Prefix = "added-" };
        foreach (string name in names) await Upload("added", $"added-{name}");
        var first = await FreezeAsync(images);
        await Upload("added", "added-later.jpg");

        Assert.Equal(first, await FreezeAsync(images));
    }

    private async Task<ImagesRequest> UploadAsync(string container, string[] lines, string[] files)
    {
        await new ResultStore(Blobs, Settings).CreateContainersAsync(default);
        await Blobs.GetBlobContainerClient(container).CreateIfNotExistsAsync();
        await Blobs.GetBlobContainerClient(container).GetBlobClient("list.txt").UploadAsync(new BinaryData(string.Join('\n', lines)), overwrite: true);
        foreach (string file in files) await Upload(container, file);
        return new(container, List: "list.txt");
    }

    private Task Upload(string container, string file)
        => Blobs.GetBlobContainerClient(container).GetBlobClient(file).UploadAsync(new BinaryData(new byte[] { 1 }), overwrite: true);

    private Task<Manifest> FreezeAsync(ImagesRequest images) => new FreezeManifest(new(Blobs, Settings), new(Blobs), Library).Run(
        new() { Run = images.Container, Model = Backbone, Name = "mine", Images = images, ValidationShare = 0.2, TestShare = 0.2 }, default);
}
