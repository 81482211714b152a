using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using TTame.Functions.Runs;
using TTame.Functions.Train;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>The start in closed form with the app's own activities, on storage: it does not depend on how the work was cut, nor on how often it was done.</summary>
[Trait("Kind", "Protocol")]
public class EvidenceRunTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Pictures = 28;                                                  // 20 of them to train on
    private static readonly TrainRequest FewImages = new()
    {
        Images = new(RunRig.Photos, "evidence/"), Recipe = "few-images", Epochs = [0], MaxLearningRates = [1e-3, 1e-2], ValidationShare = 4.0 / Pictures, TestShare = 4.0 / Pictures, ShardSize = 8,
    };

    [SkippableFact]
    public async Task TrainRun_StartInOneShardOrInThree_SameBytesAndTrialsShareTheSums()
    {
        await using var rig = new RunRig(azurite.ConnectionString);
        await rig.UploadAsync("evidence/", Pictures);

        var one = await rig.TrainAsync(RunRig.Plan("one", FewImages with { ShardSize = 1000, Name = "a" }));
        var three = await rig.TrainAsync(RunRig.Plan("three", FewImages with { Name = "b" }));

        Assert.Equal((OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Completed), (one.RuntimeStatus, three.RuntimeStatus));
        Assert.Equal(await rig.BytesAsync(RunPaths.Checkpoint("one", 1, 1, 0)), await rig.BytesAsync(RunPaths.Checkpoint("three", 1, 1, 0)));
        Assert.Equal(one.ReadOutputAs<RunResult>()!.Sha256, three.ReadOutputAs<RunResult>()!.Sha256);
        Assert.Equal(["00000000/00000020"], await EvidenceAsync(rig, "one"));
        Assert.Equal(["00000000/00000008", "00000008/00000016", "00000016/00000020"], await EvidenceAsync(rig, "three"));
    }

    [SkippableFact]
    public async Task Fault44_SumEvidence_Twice_TheSameAnswerAndNothingIsSummedAgain()
    {
        await using var rig = await HeldAsync();
        var input = await ShardAsync(rig);
        var first = await rig.Activity<SumEvidence>().Run(input, rig.Client, default);
        var before = await rig.LeftAsync("r");

        Assert.Equal(first, await rig.Activity<SumEvidence>().Run(input, rig.Client, default));
        var after = await rig.LeftAsync("r");
        Assert.Equal((16, false), (first.Next, first.Suspended));
        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before, blob => Assert.Equal(blob.Value, after[blob.Key]));
    }

    [SkippableFact]
    public async Task Fault46_SumEvidence_SumsCutInHalf_TheBytesComeBack()
    {
        await using var rig = await HeldAsync();
        var input = await ShardAsync(rig);
        var first = await rig.Activity<SumEvidence>().Run(input, rig.Client, default);
        byte[] whole = await rig.BytesAsync(first.Evidence!);
        await rig.Store.WriteAsync(first.Evidence!, new BinaryData(whole[..(whole.Length / 2)]), default);

        Assert.Equal(first, await rig.Activity<SumEvidence>().Run(input, rig.Client, default));
        Assert.Equal(whole, await rig.BytesAsync(first.Evidence!));
    }

    [SkippableFact]
    public async Task SumEvidence_RunIsSuspended_WritesNothingAndGoesOnWhenResumed()
    {
        await using var rig = await HeldAsync();
        var input = await ShardAsync(rig);
        await rig.Client.SuspendInstanceAsync("r", "lunch");

        Assert.Equal(new(null, input.Shard.First, Suspended: true), await rig.Activity<SumEvidence>().Run(input, rig.Client, default));
        Assert.Empty(await EvidenceAsync(rig, "r"));
        await rig.Client.ResumeInstanceAsync("r", "back");
        Assert.Equal(16, (await rig.Activity<SumEvidence>().Run(input, rig.Client, default)).Next);
    }

    // A run that has begun and goes no further: its activities can be called one by one.
    private async Task<RunRig> HeldAsync()
    {
        var rig = new RunRig(azurite.ConnectionString, held: nameof(FreezeManifest));
        await rig.UploadAsync("evidence/", Pictures);
        await rig.Client.ScheduleNewOrchestrationInstanceAsync(nameof(TrainRun), RunRig.Plan("r", FewImages), new StartOrchestrationOptions("r"));
        await rig.Client.WaitForInstanceStartAsync("r");
        return rig;
    }

    private static async Task<EvidenceInput> ShardAsync(RunRig rig)
    {
        var plan = RunRig.Plan("r", FewImages);
        var manifest = await rig.Activity<FreezeManifest>().Run(plan.Setup, default);
        return new(new(plan.Setup, plan.Trials[0], manifest), EvidenceShard.Of(manifest.Train.Count, plan.Setup.ShardSize)[1], From: null);
    }

    // Where each shard begins, and where its sums end.
    private static async Task<string[]> EvidenceAsync(RunRig rig, string run)
        => [.. (await rig.Store.NamesAsync($"{run}/start/", default)).Select(path => string.Join('/', path.Split('/')[^2..])[..^RunPaths.Tensors.Length])];
}
