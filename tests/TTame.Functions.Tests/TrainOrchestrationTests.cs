using LocalFunctionsHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;
using TTame.Functions.Evaluate;
using TTame.Functions.Runs;
using TTame.Functions.Train;

namespace TTame.Functions.Tests;

/// <summary>The protocol of a run on the in-process engine; its activities are answered by the test.</summary>
[Trait("Kind", "Protocol")]
public class TrainOrchestrationTests
{
    private const int Batch = ScorePlan.DefaultBatchSize;
    private readonly List<string> calls = [];
    private readonly Dictionary<string, Func<ActivityCall, Task<object?>>> fakes;

    public TrainOrchestrationTests() => fakes = new()
    {
        [nameof(FreezeManifest)] = call => Answer("freeze", new Manifest(List(40), List(2 * Batch), List(3 * Batch), "h", 0, 0)),
        [nameof(BeginTrial)] = call =>
        {
            var (input, evidence) = call.Input<BeginInput>()!;
            return Answer($"begin {input.Trial.Number}{string.Concat(evidence.Select(path => " " + path))}", new StartedTrial([.. Enumerable.Range(1, input.Setup.Workers).Select(w => new StartedWorker(w, RunPaths.Checkpoint("r", input.Trial.Number, w, 0), 10))], false));
        },
        [nameof(SumEvidence)] = call =>
        {
            var (_, shard, from) = call.Input<EvidenceInput>()!;
            // Time for two blocks.
            int next = Math.Min((from is null ? shard.First : int.Parse(from)) + 16, shard.Last);
            return Answer($"sum {shard.First} to {next}", new EvidenceResult($"{next}", next, false));
        },
        [nameof(TrainSteps)] = call =>
        {
            var input = call.Input<StepsInput>()!;
            int step = Math.Min(RunPaths.StepOf(input.From) + input.Setup.StepsPerActivity, input.Until);
            return Answer($"steps {input.Trial.Number}.{input.Worker} to {step}", new StepsResult(RunPaths.Checkpoint("r", input.Trial.Number, input.Worker, step), step, false));
        },
        [nameof(AverageWorkers)] = call => Answer("average", call.Input<string[]>()!.Select(RunPaths.Averaged).ToArray()),
        [nameof(ScoreShard)] = call => Answer($"shard {call.Input<ShardInput>()!.Shard} of {Last(call.Input<ShardInput>()!.Task.Folder)}", new ShardResult(1, false)),
        [nameof(ReduceScores)] = call =>
        {
            var task = call.Input<ReduceInput>()!.Task;
            // Trial 2 is the better one.
            double drop = task.Folder.Contains("trial-2") ? 40 : 50;
            return Answer($"reduce {Last(task.Folder)}", new ListScore(task.Images.Count, 0, 0, [new(0.15, drop, 10)]));
        },
        [nameof(PublishModel)] = call => Answer($"publish trial {call.Input<PublishInput>()!.Trial.Number}", "sha"),
        [nameof(WriteReport)] = call => Answer("report", null),
    };

    [Fact]
    public async Task TrainRun_OneTrialOfTwoEpochs_StepsInTheOrderOfTheProtocol()
    {
        await using var host = Start();
        var end = await EndOf(host, Plan(trials: 1));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(
            ["freeze", "begin 1", "steps 1.1 to 6", "steps 1.1 to 10", "shard 0 of validation-1", "shard 1 of validation-1", "reduce validation-1",
             "steps 1.1 to 16", "steps 1.1 to 20", "shard 0 of validation-2", "shard 1 of validation-2", "reduce validation-2",
             "publish trial 1", "shard 0 of test", "shard 1 of test", "shard 2 of test", "reduce test", "report"],
            Ordered());
    }

    [Fact]
    public async Task TrainRun_ClosedFormStart_ShardsAreSummedPieceByPieceThenSolvedInTheListsOrder()
    {
        await using var host = Start();
        await EndOf(host, FewImages(shardSize: 20));
        Assert.Equal(["sum 0 to 16", "sum 0 to 24", "sum 24 to 40"], calls.Where(c => c.StartsWith("sum", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        int begun = calls.IndexOf("begin 1 24 40");
        Assert.InRange(begun, calls.FindLastIndex(c => c.StartsWith("sum", StringComparison.Ordinal)) + 1, calls.IndexOf("steps 1.1 to 6") - 1);
    }

    [Fact]
    public async Task TrainRun_OneShardOfTheStartFailsForGood_TheTrialFailsAndSaysWhy()
    {
        var sum = fakes[nameof(SumEvidence)];
        fakes[nameof(SumEvidence)] = call => call.Input<EvidenceInput>()!.Shard.First == 24 ? throw new ArgumentException("no readable photograph") : sum(call);
        await using var host = Start();
        var end = await EndOf(host, FewImages(shardSize: 20));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("no readable photograph", end.FailureDetails!.ErrorMessage);
        Assert.DoesNotContain(calls, c => c.StartsWith("begin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GatherEvidence_RunIsSuspended_WaitsAndGoesOnWithWhatItHas()
    {
        int refusals = 2;
        var sum = fakes[nameof(SumEvidence)];
        fakes[nameof(SumEvidence)] = call => call.Input<EvidenceInput>() is { From: "16" } && refusals-- > 0 ? Answer("suspended", new EvidenceResult("16", 16, true)) : sum(call);
        await using var host = Start();
        await EndOf(host, FewImages(shardSize: 500));
        Assert.Equal(["sum 0 to 16", "suspended", "suspended", "sum 0 to 32", "sum 0 to 40"], calls.Where(c => c.StartsWith('s')).Take(5));
    }

    [Fact]
    public void Shards_AnyListAndSize_WholeBlocksCoverTheListAndAreFew()
    {
        foreach (var (images, size) in new[] { (1, 1), (8, 8), (9, 8), (300, 1), (300, 43), (300, 1000), (1_300_000, 500) })
        {
            var shards = EvidenceShard.Of(images, size);
            Assert.InRange(shards.Count, 1, 32);
            Assert.Equal((0, images), (shards[0].First, shards[^1].Last));
            Assert.All(shards, shard => Assert.Equal(0, shard.First % ClosedFormPass.BlockSize));
            Assert.All(shards.Zip(shards.Skip(1)), pair => Assert.Equal(pair.First.Last, pair.Second.First));
        }
    }

    [Fact]
    public async Task TrainRun_SeveralTrials_TheBestOnValidationIsPublished()
    {
        await using var host = Start();
        var result = (await EndOf(host, Plan(trials: 3))).ReadOutputAs<RunResult>()!;
        Assert.Equal((2, 2, 30.0), (result.Chosen, result.Epoch, result.Criterion));
        Assert.Single(calls, "publish trial 2");
        Assert.Single(calls, "reduce test");
    }

    [Fact]
    public async Task TrainRun_TwoWorkers_AreAveragedAfterEachEpoch()
    {
        await using var host = Start();
        await EndOf(host, Plan(trials: 1, workers: 2));
        Assert.Equal(2, calls.Count(c => c == "average"));
        Assert.Equal(2, calls.Count(c => c is "steps 1.1 to 20" or "steps 1.2 to 20"));
    }

    [Fact]
    public async Task TrainRun_OneTrialFailsForGood_TheOthersGoOn()
    {
        var steps = fakes[nameof(TrainSteps)];
        fakes[nameof(TrainSteps)] = call => call.Input<StepsInput>()!.Trial.Number == 2 ? throw new ArgumentException("no gradient") : steps(call);
        await using var host = Start();
        var result = (await EndOf(host, Plan(trials: 2))).ReadOutputAs<RunResult>()!;
        Assert.Equal(1, result.Chosen);
    }

    [Fact]
    public async Task TrainRun_EveryTrialFails_TheRunSaysWhy()
    {
        fakes[nameof(BeginTrial)] = _ => throw new ArgumentException("no taps");
        await using var host = Start();
        var end = await EndOf(host, Plan(trials: 2));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("no taps", end.FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task TrainRun_StorageFailsForAWhile_TheActivityIsTriedAgain()
    {
        int failures = 3;
        var freeze = fakes[nameof(FreezeManifest)];
        fakes[nameof(FreezeManifest)] = call => failures-- > 0 ? throw new IOException("away") : freeze(call);
        await using var host = Start();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await EndOf(host, Plan(trials: 1))).RuntimeStatus);
    }

    [Fact]
    public async Task Fault50_ScoreList_OneShardFailsForGood_TheRestIsReduced()
    {
        var shard = fakes[nameof(ScoreShard)];
        fakes[nameof(ScoreShard)] = call => call.Input<ShardInput>()!.Shard == 1 ? throw new InvalidOperationException("broken disk") : shard(call);
        ReduceInput? seen = null;
        fakes[nameof(ReduceScores)] = call => Answer("reduce", new ListScore(4, 0, 2, [])).ContinueWith(t => { seen = call.Input<ReduceInput>(); return t.Result; });
        await using var host = Start();
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(ScoreList), new ScoreTask("r", new("net", null, null, null), List(3 * Batch), "f", new(), 2));
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);
        Assert.Equal(2, end.ReadOutputAs<ListScore>()!.Lost);
        Assert.Equal("broken disk", seen!.Reason);
        Assert.Equal(2, calls.Count(c => c.StartsWith("shard", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Fault49_ScoreList_TenThousandShards_OnlyCountsTravel()
    {
        fakes[nameof(ScoreShard)] = _ => Task.FromResult<object?>(new ShardResult(1, false));
        await using var host = Start();
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(ScoreList), new ScoreTask("r", new("net", null, null, null), List(10_000), "f", new() { BatchSize = 1 }, 1));
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.InRange(end.SerializedInput!.Length + end.SerializedOutput!.Length, 1, 4_000);
    }

    [Fact]
    public async Task TrainEpoch_RunIsSuspended_WaitsAndGoesOnFromTheSameCheckpoint()
    {
        int refusals = 2;
        var steps = fakes[nameof(TrainSteps)];
        fakes[nameof(TrainSteps)] = call => refusals-- > 0 ? Answer("suspended", new StepsResult(call.Input<StepsInput>()!.From, RunPaths.StepOf(call.Input<StepsInput>()!.From), true)) : steps(call);
        await using var host = Start();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await EndOf(host, Plan(trials: 1))).RuntimeStatus);
        Assert.Equal(["suspended", "suspended", "steps 1.1 to 6"], calls.Where(c => c.StartsWith('s')).Take(3));
    }

    [Theory]
    [InlineData(nameof(FreezeManifest))]
    [InlineData(nameof(SumEvidence))]
    [InlineData(nameof(BeginTrial))]
    [InlineData(nameof(TrainSteps))]
    [InlineData(nameof(ReduceScores))]
    [InlineData(nameof(PublishModel))]
    [InlineData(nameof(WriteReport))]
    public async Task Fault47_TrainRun_TerminatedInAnyPhase_EndsTerminated(string phase)
    {
        var reached = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        var usual = fakes[phase];
        fakes[phase] = async call =>
        {
            reached.TrySetResult();
            await held.Task;
            return await usual(call);
        };
        await using var host = Start();
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(TrainRun), FewImages(shardSize: 20), new StartOrchestrationOptions("r"));
        await reached.Task.WaitAsync(Soon);
        await host.Client.TerminateInstanceAsync(id, "enough");
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);
        held.SetResult();
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
    }

    [Fact]
    public async Task Fault44_TrainRun_EveryActivityTwice_TheSameResult()
    {
        await using var once = Start();
        await using var twice = Start(activitiesTwice: true);
        Assert.Equal((await EndOf(once, Plan(trials: 2))).SerializedOutput, (await EndOf(twice, Plan(trials: 2))).SerializedOutput);
    }

    [Fact]
    public void Places_AnyNumberOfShards_BeginBetweenBatchesAndCoverTheList()
    {
        foreach (int size in new[] { 1, 8, 9, 43, 300, 1000 })
        {
            var task = new ScoreTask("r", new("net", null, null, null), List(300), "f", new(), size);
            Assert.Equal(Enumerable.Range(0, 300), Enumerable.Range(0, task.Shards()).SelectMany(task.Places));
            Assert.All(Enumerable.Range(0, task.Shards()), shard => Assert.Equal(0, task.Places(shard)[0] % Batch));
        }
    }

    private DurableTestHost Start(bool activitiesTwice = false)
        => DurableTestHost.Start(typeof(TrainRun).Assembly, new DurableTestOptions { Fakes = fakes, ActivitiesTwice = activitiesTwice, Activities = 1 });

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private static async Task<OrchestrationMetadata> EndOf(DurableTestHost host, TrainPlan plan)
    {
        await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(TrainRun), plan, new StartOrchestrationOptions("r"));
        return await host.Client.WaitForInstanceCompletionAsync("r", true, Soon);
    }

    // Shards of one list may be done in any order.
    private List<string> Ordered()
    {
        List<string> all;
        lock (calls) all = [.. calls];
        for (int i = 0; i < all.Count; i++)
        {
            int end = i;
            while (end < all.Count && all[end].StartsWith("shard", StringComparison.Ordinal)) end++;
            all.Sort(i, end - i, StringComparer.Ordinal);
            i = Math.Max(i, end - 1);
        }
        return all;
    }

    private Task<object?> Answer(string call, object? result)
    {
        lock (calls) calls.Add(call);
        return Task.FromResult(result);
    }

    private static string Last(string folder) => folder.Split('/')[^1];

    private static ListReference List(int count) => new("photos", "r/lists/x.txt", count);

    private static TrainPlan FewImages(int shardSize)
    {
        var plan = Plan(trials: 1);
        return new(plan.Setup with { ShardSize = shardSize }, [new(1, Recipe.FewImages with { Epochs = 2 }, "TAME")]);
    }

    private static TrainPlan Plan(int trials, int workers = 1) => new(
        new RunSetup { Run = "r", Model = "net", Name = "out", Images = new("photos"), ValidationShare = 0.1, TestShare = 0.1, StepsPerActivity = 6, ShardSize = 2, Workers = workers },
        [.. Enumerable.Range(1, trials).Select(n => new Trial(n, Recipe.Paper with { Epochs = 2 }, "TAME"))]);
}
