using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Testing;

namespace TTame.Functions.Tests;

[Trait("Kind", "Protocol")]
public class StorageTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const long Most = 1000;
    private static readonly ServiceSettings Settings = SettingsTests.Read();
    private readonly CancellationToken none = CancellationToken.None;

    private BlobServiceClient Blobs => new(azurite.ConnectionString);

    private async Task<(ImageSource Source, BlobClient Blob)> UploadAsync(string path, byte[] content)
    {
        await new ResultStore(Blobs, Settings).CreateContainersAsync(none);
        var blob = Blobs.GetBlobContainerClient(ServiceSettings.ImagesContainer).GetBlobClient(path);
        await blob.UploadAsync(new BinaryData(content), overwrite: true);
        return (new ImageSource(Blobs), blob);
    }

    [SkippableTheory]
    [InlineData("a b/c#d%e?f+g.jpg")]
    [InlineData("e\u0301/\u00e9.png")]
    [InlineData("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/x.png")]
    [InlineData("trailing.dot.")]
    [InlineData("100%25.png")]
    public async Task Fault13_Find_OddNames_AreReadUnchanged(string path)
    {
        var (source, _) = await UploadAsync(path, [1, 2, 3]);
        var found = await source.FindAsync(path, none);
        Assert.Equal(path, found!.Version.Path);
        Assert.Equal([1, 2, 3], (await source.ReadAsync(found.Version, Most, none))!.Value.ToArray());
    }

    [SkippableFact]
    public async Task Fault13_WriteFile_LongestName_IsFoundAgain()
    {
        string path = new string('a', 250) + "/" + new string('b', 250) + "/" + new string('c', 250) + "/" + new string('d', 250) + ".jpg";
        var (source, _) = await UploadAsync(path, [1]);
        Assert.NotNull(await source.FindAsync(path, none));
        var names = new ResultNames(path, "net", "01234567");
        await new ResultStore(Blobs, Settings).WriteFileAsync(names.Maps, new BinaryData("m"), "text/plain", none);
        Assert.True(await Blobs.GetBlobContainerClient(Settings.HeatmapsContainer).GetBlobClient(names.Maps).ExistsAsync());
    }

    [SkippableFact]
    public async Task Fault3_Read_ReplacedSinceFound_IsNull()
    {
        var (source, blob) = await UploadAsync("replaced.png", [1]);
        var found = await source.FindAsync("replaced.png", none);
        await blob.UploadAsync(new BinaryData(new byte[] { 2 }), overwrite: true);
        Assert.Null(await source.ReadAsync(found!.Version, Most, none));
    }

    [SkippableFact]
    public async Task Fault4_Find_Deleted_IsNull()
    {
        var (source, blob) = await UploadAsync("deleted.png", [1]);
        var found = await source.FindAsync("deleted.png", none);
        await blob.DeleteAsync();
        Assert.Null(await source.ReadAsync(found!.Version, Most, none));
        Assert.Null(await source.FindAsync("deleted.png", none));
    }

    [SkippableFact]
    public async Task Fault20_Read_StreamLongerThanAllowed_IsCutAndTooLarge()
    {
        var (source, _) = await UploadAsync("large.png", new byte[Most + 1]);
        var lying = (await source.FindAsync("large.png", none))!.Version with { Bytes = 10 };
        Assert.Equal(ExplainException.TooLarge, (await Assert.ThrowsAsync<ExplainException>(() => source.ReadAsync(lying, Most, none))).Code);
        Assert.Equal(Most + 1, (await source.ReadAsync(lying, Most + 1, none))!.Value.Length);
    }

    [SkippableFact]
    public async Task Fault2_Commit_TwoAtOnce_OneWins()
    {
        var store = new ResultStore(Blobs, Settings);
        await store.CreateContainersAsync(none);
        var names = new ResultNames("twice.png", "net", "01234567");
        Assert.NotNull(await store.CommitAsync(names, Record("1", []), older: null, none));
        Assert.Null(await store.CommitAsync(names, Record("2", []), older: null, none));
        var found = await store.FindRecordAsync(names, none);
        Assert.Equal("1", found!.Record!.Source.ETag);
        Assert.NotNull(await store.CommitAsync(names, Record("3", []), found, none));
        Assert.Null(await store.CommitAsync(names, Record("4", []), found, none));
    }

    [SkippableFact]
    public async Task RemoveUnlisted_OlderFiles_GoAndOtherImagesStay()
    {
        var store = new ResultStore(Blobs, Settings);
        await store.CreateContainersAsync(none);
        var names = new ResultNames("x.png", "net", "01234567");
        string kept = names.Overlay(1, 5), stale = names.Overlay(2, 7), other = new ResultNames(names.HeatmapFolder + "/y.png", "net", "01234567").Maps;
        foreach (string file in new[] { kept, stale, other }) await store.WriteFileAsync(file, new BinaryData("x"), "text/plain", none);
        await store.RemoveUnlistedAsync(names, Record("1", [kept]), DateTimeOffset.MaxValue, none);
        var left = Blobs.GetBlobContainerClient(Settings.HeatmapsContainer).GetBlobs(prefix: "x.png/").Select(b => b.Name).ToList();
        Assert.Equal([kept, other], left.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task Failure_FiledAndCleared_IsGoneAndJsonHasTheDocumentedNames()
    {
        var store = new ResultStore(Blobs, Settings);
        await store.FileFailureAsync(new FailedRecord("not_an_image", "no picture", "images/t.txt", "\"1\""), "t.txt", none);
        var blob = Blobs.GetBlobContainerClient(Settings.FailedContainer).GetBlobClient("t.txt.json");
        BlobDownloadResult found = await blob.DownloadContentAsync();
        using var json = System.Text.Json.JsonDocument.Parse(found.Content);
        Assert.Equal(["code", "reason", "source", "eTag"], json.RootElement.EnumerateObject().Select(p => p.Name));
        await store.ClearFailureAsync("t.txt", none);
        Assert.False(await blob.ExistsAsync());
    }

    internal static CommitRecord Record(string eTag, IReadOnlyList<string> files) => new(
        CommitRecord.CurrentVersion, new("images", "x.png", eTag, DateTimeOffset.UnixEpoch, 1), new string('0', 64), new("top:1", "off", 0.5, "cividis"), new("net", new string('a', 64)), "cpu", "float32",
        new("PNG", 1, 1, 1, false, false, 1), new(0, 0, 1, 1), [new(1, 0, "a", 1)], [new(1, 0, "a", 1, new(0, 1, 0.5, false), null)], files, null, new(1, 1, 1, 1, 1, 1, 1));
}
