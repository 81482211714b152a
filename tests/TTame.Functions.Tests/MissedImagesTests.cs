using Azure.Core;
using TTame.Functions.Explain;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>Images that no event has told of.</summary>
[Trait("Kind", "Protocol")]
public class MissedImagesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [SkippableFact]
    public async Task Fault10_Backfill_EventsWereMissed_OnlyWhatHasNoResultIsExplained()
    {
        var rig = new PipelineRig(azurite.ConnectionString, settings: ("InputPrefix", "missed/"));
        for (int i = 0; i < 6; i++) await rig.UploadAsync($"missed/{i}.png", FakeModel.Png((byte)i));
        await rig.UploadAsync("missed/text.png", "no picture"u8.ToArray());
        await rig.UploadAsync("elsewhere/x.png", FakeModel.Png(1));
        for (int i = 0; i < 2; i++) await rig.RunAsync($"missed/{i}.png");
        // Its event came, but it has been replaced since.
        await rig.UploadAsync("missed/0.png", FakeModel.Png(99));
        rig.Model.Calls = 0;

        var first = await rig.Missed.RunAsync(1000, null, default);
        Assert.Equal((7, 5, 1, 1, null), (first.Looked, first.Explained, first.AlreadyDone, first.Rejected, first.Continue));
        Assert.Equal(5, rig.Model.Calls);
        Assert.Equal(6, rig.Names("metrics", "missed/").Count);
        Assert.Empty(rig.Names("metrics", "elsewhere/"));

        var second = await rig.Missed.RunAsync(1000, null, default);
        Assert.Equal((0, 6), (second.Explained, second.AlreadyDone));
        Assert.Equal(5, rig.Model.Calls);
    }

    [SkippableFact]
    public async Task Fault11_Backfill_ManyImagesBeforeTheFirstStart_PagesThroughAndMayBeCutOffAnywhere()
    {
        const int Count = 250;
        var rig = new PipelineRig(azurite.ConnectionString, settings: [("InputPrefix", "before/"), ("Faithfulness", "off")]);
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), async (i, _) => await rig.UploadAsync($"before/{i:000}.png", FakeModel.Png((byte)i, 2, 2)));

        var first = await rig.Missed.RunAsync(60, null, default);
        Assert.Equal((60, 60), (first.Looked, first.Explained));
        // The answer of the second call is lost: it is made again.
        await rig.Missed.RunAsync(60, first.Continue, default);
        int calls = 0;
        for (string? next = first.Continue; next is not null; calls++)
        {
            var page = await rig.Missed.RunAsync(60, next, default);
            Assert.InRange(page.Looked, 1, 100);
            next = page.Continue;
        }

        Assert.InRange(calls, 3, 4);
        Assert.Equal(Count, rig.Model.Calls);
        Assert.Equal(Count, rig.Names("metrics", "before/").Count);
    }

    [SkippableFact]
    public async Task Fault11_Backfill_StorageIsAwayForOne_TheOthersAreExplainedAndItIsNamed()
    {
        var rig = new PipelineRig(azurite.ConnectionString, null, new StorageFault(r => r.Method == RequestMethod.Put && r.Uri.ToString().Contains("/heatmaps/part/1.png"), int.MaxValue), ("InputPrefix", "part/"));
        for (int i = 0; i < 4; i++) await rig.UploadAsync($"part/{i}.png", FakeModel.Png((byte)i));

        var result = await rig.Missed.RunAsync(10, null, default);

        Assert.Equal((4, 3), (result.Looked, result.Explained));
        Assert.Equal("images/part/1.png", Assert.Single(result.Failing).Source);
    }
}
