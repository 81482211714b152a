using System.Security.Cryptography;
using System.Text.Json;
using LocalFunctionsHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using TTame.Core.Imaging;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Evaluate;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;
using TTame.Functions.Train;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>Runs with the app's own activities, on storage: what is done twice, cut off, stopped, unreadable or lost.</summary>
[Trait("Kind", "Protocol")]
public class RealRunTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TrainRequest Small = new() { Images = new(RunRig.Photos, "small/"), BatchSize = 4, Epochs = [1], StepsPerActivity = 2, ShardSize = 4, Recipe = "paper" };

    [SkippableTheory]
    [InlineData("paper", 2)]
    [InlineData("few-images", 1)]
    public async Task Fault44_TrainRun_EveryActivityTwice_LeavesTheSameBytes(string recipe, int epochs)
    {
        await using var once = new RunRig(azurite.ConnectionString);
        await using var twice = new RunRig(azurite.ConnectionString, activitiesTwice: true);
        await once.UploadAsync("small/", pictures: 24);
        var plan = RunRig.Plan("r", Small with { Recipe = recipe, Epochs = [epochs], MaxLearningRates = [1e-3, 1e-2], Workers = 2 });

        var first = await once.TrainAsync(plan);
        var second = await twice.TrainAsync(plan);

        Assert.Equal((OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Completed), (first.RuntimeStatus, second.RuntimeStatus));
        Assert.Equal(first.SerializedOutput, second.SerializedOutput);
        Dictionary<string, byte[]> one = await once.LeftAsync("r"), two = await twice.LeftAsync("r");
        Assert.Equal(one.Keys.Order(), two.Keys.Order());
        Assert.All(one, blob => Assert.True(blob.Value.AsSpan().SequenceEqual(two[blob.Key]), blob.Key));
        // No epoch is on the curve twice.
        var report = await twice.ReportAsync<TrainReport>("r");
        using var last = Checkpoint.Read(new MemoryStream(two[report.Trials[0].Chosen!.Checkpoint]), "last");
        Assert.Equal(epochs, last.State.History.Count);
        Assert.All(last.State.History, epoch => Assert.Equal(last.State.TotalSteps / epochs, epoch.Steps));
    }

    [SkippableFact]
    public async Task Fault46_TrainSteps_CheckpointCutInHalf_TheOneBeforeIsUsedAndTheBytesComeBack()
    {
        await using var rig = await HeldAsync();
        var input = await BegunAsync(rig, Small);
        var first = await rig.Activity<TrainSteps>().Run(input, rig.Client, default);
        byte[] whole = await rig.BytesAsync(first.Checkpoint);
        await rig.Store.WriteAsync(first.Checkpoint, new BinaryData(whole[..(whole.Length / 2)]), default);

        var again = await rig.Activity<TrainSteps>().Run(input, rig.Client, default);

        Assert.Equal(first, again);
        Assert.Equal(whole, await rig.BytesAsync(first.Checkpoint));
    }

    [SkippableFact]
    public async Task Fault44_TrainSteps_SecondAttemptAfterTheFirstHasWritten_TakesItUpWithoutTraining()
    {
        await using var rig = await HeldAsync();
        var input = await BegunAsync(rig, Small);
        var first = await rig.Activity<TrainSteps>().Run(input, rig.Client, default);
        var before = await rig.LeftAsync("r");

        Assert.Equal(first, await rig.Activity<TrainSteps>().Run(input, rig.Client, default));
        Assert.Equal(before.Keys, (await rig.LeftAsync("r")).Keys);
    }

    [SkippableFact]
    public async Task Fault47_TrainSteps_TerminatedWhileItTrains_StopsBetweenTwoStepsAndMarksWhatIsLeft()
    {
        await using var rig = await HeldAsync(pictures: 400);
        var input = await BegunAsync(rig, Small with { BatchSize = 1, Epochs = [50], StepsPerActivity = 100_000 });
        // All epochs in one activity: far longer than the second between two looks at the run's state.
        input = input with { Until = 50 * input.StepsPerEpoch };
        var training = rig.Activity<TrainSteps>().Run(input, rig.Client, default);
        await RunRig.EventuallyAsync(async () => await rig.Store.FindAsync(RunPaths.Progress("r", 1, 1), default) is not null);

        await rig.Client.TerminateInstanceAsync("r", "enough");

        await Assert.ThrowsAsync<RunStoppedException>(() => training);
        using var mark = JsonDocument.Parse(await rig.BytesAsync(RunPaths.Stopped("r")));
        Assert.Equal(input.From, mark.RootElement.GetProperty("last").GetString());
        Assert.Equal([input.From], (await rig.LeftAsync("r")).Keys.Where(path => path.EndsWith(".safetensors", StringComparison.Ordinal)));
        // Once it has stopped nothing of it begins again.
        await Assert.ThrowsAsync<RunStoppedException>(() => rig.Activity<TrainSteps>().Run(input, rig.Client, default));
    }

    [SkippableFact]
    public async Task TrainRequest_EveryMemberOfTheRecipe_HasItsEffectOnTheWeights()
    {
        await using var rig = await HeldAsync();
        (string Member, TrainRequest Request)[] requests =
        [
            ("nothing", Small),
            ("epochs", Small with { Epochs = [2] }),
            ("maxLearningRates", Small with { MaxLearningRates = [0.5] }),
            ("variants", Small with { Variants = ["NoskipSame"] }),
            ("lossWeights", Small with { LossWeights = [new(1, 1, 1, 0.5)] }),
            ("loss", Small with { Loss = LossKind.Official }),
            ("psi", Small with { Psi = PsiRule.BatchLabels }),
            ("masking, mismatched", Small with { Masking = MaskingRule.Vit }),
            ("initialisation", Small with { Initialisation = "pooled" }),
            ("rows", Small with { Rows = RowRule.Shared }),
            ("optimiser", Small with { Optimiser = "adamw" }),
            ("batchSize", Small with { BatchSize = 3 }),
            ("seed", Small with { Seed = 9 }),
            ("workers", Small with { Workers = 2 }),
            ("features", Small with { Features = "pool2,pool3" }),
        ];
        Dictionary<string, string> members = [];
        for (int i = 0; i < requests.Length; i++)
        {
            var plan = RunRig.Plan("r", requests[i].Request);
            var trial = new TrialInput(plan.Setup, plan.Trials[0] with { Number = i + 1 }, await rig.Activity<FreezeManifest>().Run(plan.Setup, default));
            string[] evidence = trial.Trial.Recipe.Initialisation == Initialisation.Random ? [] : await EvidenceAsync(rig, trial);
            var worker = (await rig.Activity<BeginTrial>().Run(new(trial, evidence), rig.Client, default)).Workers[0];
            var done = await rig.Activity<TrainSteps>().Run(new(plan.Setup, trial.Trial, worker.Worker, trial.Manifest.Train, worker.Checkpoint, worker.StepsPerEpoch, worker.StepsPerEpoch), rig.Client, default);
            using var checkpoint = Checkpoint.Read(new MemoryStream(await rig.BytesAsync(done.Checkpoint)), done.Checkpoint);
            string weights = Convert.ToHexString(SHA256.HashData([.. checkpoint.Attention.OrderBy(t => t.Key, StringComparer.Ordinal).SelectMany(t => t.Value.bytes.ToArray())]));
            Assert.True(members.TryAdd(weights, requests[i].Member), $"{requests[i].Member}: the same weights as {members[weights]}");
        }
    }

    [SkippableFact]
    public async Task TrainSteps_RunIsSuspended_ChangesNothingAndGoesOnWhenResumed()
    {
        await using var rig = await HeldAsync();
        var input = await BegunAsync(rig, Small);
        await rig.Client.SuspendInstanceAsync("r", "lunch");

        Assert.Equal(new(input.From, 0, Suspended: true), await rig.Activity<TrainSteps>().Run(input, rig.Client, default));
        await rig.Client.ResumeInstanceAsync("r", "back");
        Assert.Equal(2, (await rig.Activity<TrainSteps>().Run(input, rig.Client, default)).Step);
    }

    [SkippableFact]
    public async Task TrainRun_FilesThatAreNoPictures_AreCountedListedAndInNoMean()
    {
        await using var rig = new RunRig(azurite.ConnectionString);
        await rig.UploadAsync("mixed/", pictures: 20, broken: 10);

        var end = await rig.TrainAsync(RunRig.Plan("mixed", Small with { Images = new(RunRig.Photos, "mixed/") }));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        var report = await rig.ReportAsync<TrainReport>("mixed");
        int validation = report.Trials[0].Chosen!.Validation.Skipped;
        Assert.Equal(10, report.Unreadable.Count + validation + report.Test.Skipped.Count);
        Assert.All(report.Unreadable, image => Assert.Equal("not_an_image", image.Reason));
        Assert.Equal(report.Test.Images, report.Test.Measured + report.Test.Skipped.Count);
        Assert.All(report.Test.Rows, row => Assert.Equal(report.Test.Measured, row.N));
    }

    [SkippableFact]
    public async Task TrainRun_WithTheDecodedCache_TheSameWeightsAndNothingIsLeftOnDisk()
    {
        await using var rig = new RunRig(azurite.ConnectionString);
        await rig.UploadAsync("small/", pictures: 24);
        string plain = "plain" + rig.Mark, cached = "cached" + rig.Mark;

        var without = await rig.TrainAsync(RunRig.Plan(plain, Small with { Epochs = [2], Name = "a" }));
        var with = await rig.TrainAsync(RunRig.Plan(cached, Small with { Epochs = [2], Name = "b", Cache = true }));

        Assert.Equal(without.ReadOutputAs<RunResult>()!.Sha256, with.ReadOutputAs<RunResult>()!.Sha256);
        Assert.False(Directory.Exists(Path.Combine(TrainingSupply.CacheFolder, cached)));
    }

    [SkippableFact]
    public async Task EvaluateRun_AnyNumberOfShards_TheSameFigures()
    {
        await using var rig = new RunRig(azurite.ConnectionString);
        await rig.UploadAsync("shards/", pictures: 30, broken: 2);
        List<string> figures = [];
        foreach (int shards in new[] { 1, 2, 5 })
        {
            var request = new EvaluateRequest { Images = new(RunRig.Photos, "shards/"), Shards = shards, Resamples = 200 };
            var input = request.ToInput(SettingsTests.Read([("BatchSize", "4")]), ToyModels.Name, () => $"e{shards}");
            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await rig.EvaluateAsync(input)).RuntimeStatus);
            figures.Add(Convert.ToHexString(await rig.BytesAsync($"e{shards}/{ToyModels.Name}/scores.json")));
        }

        Assert.Single(figures.Distinct());
    }

    [SkippableFact]
    public async Task Fault50_ReduceScores_AShardWithoutRecords_IsCountedAsLostAndInNoMean()
    {
        var lost = new Dictionary<string, Func<ActivityCall, Task<object?>>>();
        await using var rig = new RunRig(azurite.ConnectionString, fakes: lost);
        lost[nameof(ScoreShard)] = async call => call.Input<ShardInput>()!.Shard == 1
            ? throw new ArgumentException("broken disk")
            : await rig.Activity<ScoreShard>().Run(call.Input<ShardInput>()!, rig.Client, default);
        await rig.UploadAsync("lost/", pictures: 24);
        var request = new EvaluateRequest { Images = new(RunRig.Photos, "lost/"), ShardSize = 8, Resamples = 200 };

        var end = await rig.EvaluateAsync(request.ToInput(SettingsTests.Read([("BatchSize", "4")]), ToyModels.Name, () => "lost"));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        var scores = RecordJson.Read<ScoreReport>(new BinaryData(await rig.BytesAsync($"lost/{ToyModels.Name}/scores.json")))!;
        Assert.Equal((24, 16, "broken disk"), (scores.Images, scores.Measured, scores.LostReason));
        Assert.Equal([new LostShard(1, 8, 8)], scores.Lost);
        Assert.All(scores.Rows, row => Assert.True(row.N == 16 && row.Low <= row.Mean && row.Mean <= row.High, row.ToString()));
    }

    [SkippableFact]
    public async Task TrainRun_EveryTrialFailedBecauseStorageWasAway_IsRewoundAndGoesOnToItsEnd()
    {
        var fakes = new Dictionary<string, Func<ActivityCall, Task<object?>>>();
        await using var rig = new RunRig(azurite.ConnectionString, fakes: fakes);
        bool away = true;
        int begun = 0;
        fakes[nameof(TrainSteps)] = async call => away ? throw new IOException("storage is away") : await rig.Activity<TrainSteps>().Run(call.Input<StepsInput>()!, rig.Client, default);
        fakes[nameof(BeginTrial)] = async call =>
        {
            Interlocked.Increment(ref begun);
            return await rig.Activity<BeginTrial>().Run(call.Input<BeginInput>()!, rig.Client, default);
        };
        await rig.UploadAsync("small/", pictures: 24);
        var failed = await rig.TrainAsync(RunRig.Plan("r", Small with { MaxLearningRates = [1e-3, 1e-2] }));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Contains("storage is away", failed.FailureDetails!.ErrorMessage);
        var view = await new RunReading(rig.Store).OneAsync(rig.Client, "r", default);
        Assert.All(view!.Trials, trial => Assert.Equal(("Failed", "storage is away"), (trial.Status, trial.Failure)));
        away = false;

        await rig.Client.RewindInstanceAsync("r", "mended");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await rig.EndOf("r")).RuntimeStatus);
        Assert.Equal(2, begun);
        view = await new RunReading(rig.Store).OneAsync(rig.Client, "r", default);
        Assert.All(view!.Trials, trial => Assert.Equal(("Completed", 1, 1), (trial.Status, trial.Epochs.Count, trial.Epoch)));
    }

    // A run that has begun and goes no further: its activities can be called one by one.
    private async Task<RunRig> HeldAsync(int pictures = 12)
    {
        var rig = new RunRig(azurite.ConnectionString, held: nameof(FreezeManifest));
        await rig.UploadAsync("small/", pictures);
        await rig.Client.ScheduleNewOrchestrationInstanceAsync(nameof(TrainRun), RunRig.Plan("r", Small), new StartOrchestrationOptions("r"));
        await rig.Client.WaitForInstanceStartAsync("r");
        return rig;
    }

    // As a trial's orchestration gathers it.
    private static async Task<string[]> EvidenceAsync(RunRig rig, TrialInput trial)
    {
        List<string> paths = [];
        foreach (var shard in EvidenceShard.Of(trial.Manifest.Train.Count, trial.Setup.ShardSize)) paths.Add((await rig.Activity<SumEvidence>().Run(new(trial, shard, null), rig.Client, default)).Evidence!);
        return [.. paths];
    }

    private static async Task<StepsInput> BegunAsync(RunRig rig, TrainRequest request)
    {
        var plan = RunRig.Plan("r", request);
        var manifest = await rig.Activity<FreezeManifest>().Run(plan.Setup, default);
        var worker = Assert.Single((await rig.Activity<BeginTrial>().Run(new(new(plan.Setup, plan.Trials[0], manifest), []), rig.Client, default)).Workers);
        return new(plan.Setup, plan.Trials[0], worker.Worker, manifest.Train, worker.Checkpoint, worker.StepsPerEpoch, worker.StepsPerEpoch);
    }
}
