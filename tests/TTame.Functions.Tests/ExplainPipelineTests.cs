using System.Text;
using Azure;
using Azure.Core;
using TTame.Core.Primitives;
using TTame.Functions.Explain;
using TTame.Testing;

namespace TTame.Functions.Tests;

[Trait("Kind", "Protocol")]
public class ExplainPipelineTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task Run_OneImage_WritesTheDocumentedFilesAndRecord()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        string eTag = await rig.UploadAsync("a/one.png", FakeModel.Png(6));
        Assert.Equal(ExplainOutcome.Explained, await rig.RunAsync("a/one.png"));

        Assert.Equal(["a/one.png/net-aaaaaaaa/1-2.png", "a/one.png/net-aaaaaaaa/2-3.png", "a/one.png/net-aaaaaaaa/maps.npy"], rig.Names("heatmaps", "a/one.png/"));
        Assert.Equal(["a/one.png/net-aaaaaaaa.json"], rig.Names("metrics", "a/one.png/"));
        var record = rig.Record("a/one.png");
        Assert.Equal(eTag, record.Source.ETag);
        Assert.Equal([2, 3], record.Classes.Select(c => c.Id));
        Assert.Equal(["dog", "crane"], record.Classes.Select(c => c.Name));
        Assert.Equal(rig.Names("heatmaps", "a/one.png/"), record.Files.Order(StringComparer.Ordinal));
        Assert.Equal((16, 12), (record.Picture.Width, record.Picture.Height));
        Assert.Equal(2, record.Faithfulness!.ClassId);
        Assert.Empty(rig.Names("failed", "a/one.png"));
    }

    [SkippableFact]
    public async Task Fault1_Run_SameEventTwice_NoModelWorkTheSecondTime()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        await rig.UploadAsync("twice.png", FakeModel.Png(1));
        Assert.Equal(ExplainOutcome.Explained, await rig.RunAsync("twice.png"));
        byte[] first = rig.Bytes("metrics", "twice.png/net-aaaaaaaa.json");
        Assert.Equal(ExplainOutcome.AlreadyDone, await rig.RunAsync("twice.png"));
        Assert.Equal(1, rig.Model.Calls);
        Assert.Equal(first, rig.Bytes("metrics", "twice.png/net-aaaaaaaa.json"));
    }

    [SkippableFact]
    public async Task Fault1_Run_OptionsOrModelHashDiffer_ExplainsAgain()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        await rig.UploadAsync("again.png", FakeModel.Png(1));
        await rig.RunAsync("again.png");
        var stronger = new PipelineRig(azurite.ConnectionString, rig.Model, null, ("OverlayOpacity", "0.9"));
        Assert.Equal(ExplainOutcome.Explained, await stronger.RunAsync("again.png"));
        Assert.Equal(0.9, rig.Record("again.png").Options.OverlayOpacity);
        var retrained = new PipelineRig(azurite.ConnectionString, new FakeModel { Identity = new("net", new string('b', 64)) });
        Assert.Equal(ExplainOutcome.Explained, await retrained.RunAsync("again.png"));
        Assert.Equal(["again.png/net-aaaaaaaa.json", "again.png/net-bbbbbbbb.json"], rig.Names("metrics", "again.png/"));
    }

    [SkippableFact]
    public async Task Fault2_Run_SameEventOnTwoWorkersAtOnce_OneResultSet()
    {
        using var both = new Barrier(2);
        FakeModel Meeting() => new() { Before = () => Task.Run(() => both.SignalAndWait(Patience)) };
        var one = new PipelineRig(azurite.ConnectionString, Meeting());
        var two = new PipelineRig(azurite.ConnectionString, Meeting());
        await one.UploadAsync("race.png", FakeModel.Png(2));
        var outcomes = await Task.WhenAll(one.RunAsync("race.png"), two.RunAsync("race.png")).WaitAsync(Patience);
        Assert.All(outcomes, o => Assert.Equal(ExplainOutcome.Explained, o));
        Assert.All(one.Record("race.png").Files, f => Assert.Contains(f, one.Names("heatmaps", "race.png/")));

        byte[] raced = one.Bytes("heatmaps", one.Record("race.png").Files[0]);
        var alone = new PipelineRig(azurite.ConnectionString);
        await alone.UploadAsync("alone.png", FakeModel.Png(2));
        await alone.RunAsync("alone.png");
        Assert.Equal(raced, alone.Bytes("heatmaps", alone.Record("alone.png").Files[0]));
    }

    [SkippableFact]
    public async Task Fault2_Run_SameEventTwiceAtOnceInOneWorker_ComputesOnce()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        await rig.UploadAsync("pair.png", FakeModel.Png(2));
        var outcomes = await Task.WhenAll(rig.RunAsync("pair.png"), rig.RunAsync("pair.png")).WaitAsync(Patience);
        Assert.Equal([ExplainOutcome.Explained, ExplainOutcome.AlreadyDone], outcomes.Order());
        Assert.Equal(1, rig.Model.Calls);
    }

    [SkippableFact]
    public async Task Fault3_Run_ReplacedWhileExplained_OnlyTheNewVersionIsCommitted()
    {
        string newer = "";
        var rig = new PipelineRig(azurite.ConnectionString);
        rig.Model.Before = async () =>
        {
            rig.Model.Before = () => Task.CompletedTask;
            newer = await rig.UploadAsync("changing.png", FakeModel.Png(3));
        };
        await rig.UploadAsync("changing.png", FakeModel.Png(0));
        Assert.Equal(ExplainOutcome.Explained, await rig.RunAsync("changing.png"));
        var record = rig.Record("changing.png");
        Assert.Equal(newer, record.Source.ETag);
        Assert.Equal(3, record.Top5[0].Id);
        // The older version's overlays, of other classes, are gone.
        Assert.Equal(record.Files.Order(StringComparer.Ordinal), rig.Names("heatmaps", "changing.png/"));
    }

    [SkippableFact]
    public async Task Fault4_Run_DeletedBefore_EndsWellAndFilesNothing()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        Assert.Equal(ExplainOutcome.Gone, await rig.RunAsync("never.png"));
        Assert.Empty(rig.Names("failed", "never.png"));
        Assert.Equal(1, rig.Counts.Of(ExplainOutcome.Gone));
    }

    [SkippableTheory]
    [InlineData("heatmaps", "in/x.png")]
    [InlineData("images", "out/x.png")]
    public async Task Fault5_Run_AnotherContainerOrPrefix_IsIgnoredAndCounted(string container, string path)
    {
        var rig = new PipelineRig(azurite.ConnectionString, settings: ("InputPrefix", "in/"));
        await rig.UploadAsync("out/x.png", FakeModel.Png(1));
        Assert.Equal(ExplainOutcome.Ignored, await rig.Pipeline.RunAsync(container, path, default));
        Assert.Equal(0, rig.Model.Calls);
        Assert.Equal(1, rig.Counts.Of(ExplainOutcome.Ignored));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Fault8_Run_UploadFailsAFewTimes_IsExplainedInTheEnd(int times)
    {
        var rig = new PipelineRig(azurite.ConnectionString, fault: new StorageFault(IsHeatmapUpload, times));
        await rig.UploadAsync($"busy{times}.png", FakeModel.Png(1));
        Assert.Equal(ExplainOutcome.Explained, await rig.RunAsync($"busy{times}.png"));
        Assert.Equal(rig.Record($"busy{times}.png").Files.Order(StringComparer.Ordinal), rig.Names("heatmaps", $"busy{times}.png/"));
    }

    [SkippableFact]
    public async Task Fault8_Run_UploadFailsAlways_ThrowsFilesAndLeavesTheInput()
    {
        var rig = new PipelineRig(azurite.ConnectionString, fault: new StorageFault(IsHeatmapUpload, int.MaxValue));
        string eTag = await rig.UploadAsync("down.png", FakeModel.Png(1));
        await Assert.ThrowsAnyAsync<Exception>(() => rig.RunAsync("down.png"));
        Assert.Equal("unavailable", rig.Failure("down.png").GetProperty("code").GetString());
        Assert.Empty(rig.Names("metrics", "down.png/"));
        Assert.Equal(eTag, (await rig.Image("down.png").GetPropertiesAsync()).Value.ETag.ToString());

        // The next attempt, with the storage back, clears the failure.
        var later = new PipelineRig(azurite.ConnectionString);
        Assert.Equal(ExplainOutcome.Explained, await later.RunAsync("down.png"));
        Assert.Empty(later.Names("failed", "down.png"));
    }

    [SkippableTheory]
    [InlineData("", "not_an_image")]
    [InlineData("x", "not_an_image")]
    [InlineData("just text, renamed to .jpg", "not_an_image")]
    [InlineData("%PDF-1.7\nnothing", "unsupported_format")]
    public async Task Fault16_Run_NoPicture_IsFiledWithACodeAndNotRetried(string content, string code)
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        string path = $"bad/{content.Length}.jpg";
        string eTag = await rig.UploadAsync(path, Encoding.ASCII.GetBytes(content));
        Assert.Equal(ExplainOutcome.Failed, await rig.RunAsync(path));
        var failure = rig.Failure(path);
        Assert.Equal((code, $"images/{path}", eTag), (failure.GetProperty("code").GetString(), failure.GetProperty("source").GetString(), failure.GetProperty("eTag").GetString()));
        Assert.Equal(0, rig.Model.Calls);
        Assert.Empty(rig.Names("metrics", path));

        await rig.UploadAsync(path, FakeModel.Png(1));
        Assert.Equal(ExplainOutcome.Explained, await rig.RunAsync(path));
        Assert.Empty(rig.Names("failed", path));
    }

    [SkippableFact]
    public async Task Fault20_Run_LargerThanAllowed_IsRejectedBeforeItIsRead()
    {
        int downloads = 0;
        var rig = new PipelineRig(azurite.ConnectionString, null, new StorageFault(r => r.Method == RequestMethod.Get && r.Uri.ToString().Contains("/images/") && ++downloads < 0, 0), ("MaxBytes", "50"));
        await rig.UploadAsync("large.png", FakeModel.Png(1));
        Assert.Equal(ExplainOutcome.Failed, await rig.RunAsync("large.png"));
        Assert.Equal("too_large", rig.Failure("large.png").GetProperty("code").GetString());
        Assert.Equal(0, downloads);
    }

    [SkippableFact]
    public async Task Fault14_Run_OlderEventEndsLast_NewerResultStays()
    {
        using var newerIsDone = new SemaphoreSlim(0);
        var slow = new PipelineRig(azurite.ConnectionString, new FakeModel { Before = () => newerIsDone.WaitAsync(Patience) });
        await slow.UploadAsync("order.png", FakeModel.Png(0));
        var older = slow.RunAsync("order.png");
        while (slow.Model.Calls == 0) await Task.Delay(5);

        var fast = new PipelineRig(azurite.ConnectionString);
        string newer = await fast.UploadAsync("order.png", FakeModel.Png(3));
        await fast.RunAsync("order.png");
        newerIsDone.Release(10);
        await older.WaitAsync(Patience);
        Assert.Equal(newer, fast.Record("order.png").Source.ETag);
        Assert.Equal(fast.Record("order.png").Files.Order(StringComparer.Ordinal), fast.Names("heatmaps", "order.png/"));
    }

    [SkippableTheory]
    [InlineData("model", "../x", "bad_model")]
    [InlineData("model", "nowhere", "bad_model")]
    [InlineData("classes", "9", "bad_class")]
    [InlineData("classes", "crane", "bad_class")]
    [InlineData("classes", "top:0", "bad_class")]
    [InlineData("classes", "top:5", "bad_class")]
    [InlineData("classes", "bird", "bad_class")]
    public async Task Fault30_Run_MetadataAsksForWhatIsNotThere_IsFiled(string key, string value, string code)
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        string path = $"ask/{code}-{value.GetHashCode():x}.png";
        await rig.UploadAsync(path, FakeModel.Png(1), (key, value));
        Assert.Equal(ExplainOutcome.Failed, await rig.RunAsync(path));
        Assert.Equal(code, rig.Failure(path).GetProperty("code").GetString());
    }

    [SkippableFact]
    public async Task Fault31_Run_ModelCannotBeUsed_IsRetriedByThePlatform()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        await rig.UploadAsync("m.png", FakeModel.Png(1), ("model", "broken"));
        Assert.Equal("broken", (await Assert.ThrowsAsync<ModelUnavailableException>(() => rig.RunAsync("m.png"))).Model);
        Assert.Equal(1, rig.Counts.Retries);
    }

    [SkippableFact]
    public async Task Run_AllClasses_EveryRowIsWrittenAndFiveAreDrawnAtMost()
    {
        var rig = new PipelineRig(azurite.ConnectionString);
        await rig.UploadAsync("all.png", FakeModel.Png(0), ("classes", "all"));
        await rig.RunAsync("all.png");
        var record = rig.Record("all.png");
        Assert.Equal(FakeModel.Classes, record.Classes.Count);
        Assert.Equal(Math.Min(ClassSelection.OverlaysOfAll, FakeModel.Classes) + 1, record.Files.Count);
        byte[] maps = rig.Bytes("heatmaps", "all.png/net-aaaaaaaa/maps.npy");
        Assert.Contains($"({FakeModel.Classes}, {FakeModel.Grid}, {FakeModel.Grid})", Encoding.ASCII.GetString(maps, 0, 128));
        Assert.Equal(FakeModel.Classes * FakeModel.Grid * FakeModel.Grid * sizeof(float), maps.Length - 128);
    }

    [SkippableFact]
    public async Task Fault40_Run_CancelledWhileExplained_FilesNothing()
    {
        using var cancel = new CancellationTokenSource();
        var rig = new PipelineRig(azurite.ConnectionString);
        rig.Model.Before = async () =>
        {
            await cancel.CancelAsync();
            cancel.Token.ThrowIfCancellationRequested();
        };
        await rig.UploadAsync("cancelled.png", FakeModel.Png(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Pipeline.RunAsync("images", "cancelled.png", cancel.Token));
        Assert.Empty(rig.Names("failed", "cancelled.png"));
        rig.Model.Before = () => Task.CompletedTask;
        Assert.Equal(ExplainOutcome.Explained, await rig.RunAsync("cancelled.png").WaitAsync(Patience));
    }

    private static bool IsHeatmapUpload(Request request) => request.Method == RequestMethod.Put && request.Uri.ToString().Contains("/heatmaps/");
}
