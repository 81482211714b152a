using System.Diagnostics;
using Azure.Core;
using Azure.Storage.Blobs;
using TTame.Core.Attention;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;
using TTame.Functions.Train;
using TTame.Testing;
using Xunit.Abstractions;

namespace TTame.Functions.Tests;

/// <summary>What is wrong with the images of a run is said before a device is used for it.</summary>
[Trait("Kind", "Protocol")]
public class FreezeManifestTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
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

    // It takes some seconds: the list of the thousand classes of ImageNet is what time and memory are about. A way that is quadratic in its length would take hours.
    [SkippableFact]
    public async Task Freeze_ListOfOnePointThreeMillionImages_TakesMinutesAndAGigabyteAtMost()
    {
        const int Count = 1_300_000;
        long before = GC.GetTotalMemory(forceFullCollection: true), held = 0;
        var options = new BlobClientOptions();
        options.AddPolicy(new ManyImages("imagenet", Count, () => held = GC.GetTotalMemory(forceFullCollection: true) - before), HttpPipelinePosition.PerCall);
        var blobs = new BlobServiceClient(azurite.ConnectionString, options);
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;

        var manifest = await new FreezeManifest(new(blobs, Settings), new(blobs), Library).Run(
            new() { Run = "million", Model = Backbone, Name = "mine", Images = new("imagenet", List: ManyImages.List), ValidationShare = 0.1, TestShare = 0.1 }, default);

        output.WriteLine($"{clock.Elapsed.TotalSeconds:0.0} s, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0.0} s of processors, {held >> 20} MiB held");
        Assert.Equal((1_040_000, 130_000, 130_000, Count), (manifest.Train.Count, manifest.Validation.Count, manifest.Test.Count, manifest.Labelled));
        Assert.InRange(held, 1, 1 << 30);
        Assert.InRange(clock.Elapsed.TotalMinutes, 0, 5);
        using var train = await new RunStore(blobs, Settings).OpenAsync(manifest.Train, default);
        Assert.Equal(manifest.Train.Count, train.Entries.Count);
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
