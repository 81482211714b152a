using System.Reflection;
using LocalFunctionsHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Compat.Functions.Tests;

/// <summary>The durable engine in memory, where time is skipped.</summary>
[Trait("Kind", "Protocol")]
public class DurableTests
{
    private readonly Recorder _seen = new();

    private DurableTestHost Start(DurableTestOptions? options = null)
        => DurableTestHost.Start(Assembly.GetExecutingAssembly(), (options ?? new()) with { Services = services => services.AddSingleton(_seen) });

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private static async Task<OrchestrationMetadata> EndOf(DurableTestHost host, string name, object? input = null, string? id = null)
    {
        string instance = await host.Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id), Soon);
        return await host.Client.WaitForInstanceCompletionAsync(instance, true, Soon);
    }

    [Fact]
    public async Task Chain_ThreeActivities_RunInOrderOnceEach()
    {
        await using var host = Start();
        var end = await EndOf(host, "Chain", 3, "c");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("012", end.ReadOutputAs<string>());
        Assert.Equal(["c:0", "c:1", "c:2"], _seen.Lines);
    }

    [Fact]
    public async Task FanOut_AThousandActivities_AddUp()
    {
        await using var host = Start();
        var end = await EndOf(host, "FanOut", 1000);

        Assert.Equal(Enumerable.Range(0, 1000).Sum(i => (long)i * i), end.ReadOutputAs<long>());
        Assert.Equal(1000, _seen.Lines.Length);
    }

    [Fact]
    public async Task Fault44_FanOut_EachActivityTwice_SameResult()
    {
        await using var host = Start(new() { ActivitiesTwice = true });
        var end = await EndOf(host, "FanOut", 20);

        Assert.Equal(Enumerable.Range(0, 20).Sum(i => (long)i * i), end.ReadOutputAs<long>());
        Assert.Equal(40, _seen.Lines.Length);
    }

    [Fact]
    public async Task RetryPolicy_TwoFailures_WaitsFiveThenTenSeconds()
    {
        await using var host = Start();
        var end = await EndOf(host, "Retries", "k");
        var times = end.ReadOutputAs<DateTime[]>()!;

        Assert.Equal(3, _seen.Lines.Length);
        Assert.InRange((times[1] - times[0]).TotalSeconds, 15, 25);
    }

    [Fact]
    public async Task RetryHandler_UntilItSaysNo_LastFailureIsThrown()
    {
        await using var host = Start();
        var end = await EndOf(host, "Handled");

        Assert.Equal("1,2,3 Breaks System.InvalidOperationException It broke.", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task SubOrchestrations_Three_ResultsInOrderUnderTheirIds()
    {
        await using var host = Start();
        var end = await EndOf(host, "Parent", 3, "p");

        Assert.Equal(["", "0", "01"], end.ReadOutputAs<string[]>()!);
        Assert.Equal("01", (await host.Client.GetInstanceAsync("p-2", true))!.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Failure_InAnActivityOfASubOrchestration_IsOneLevelDown()
    {
        await using var host = Start();
        var end = await EndOf(host, "ParentOfFailing");

        Assert.Equal("Failing: Microsoft.DurableTask.TaskFailedException: It broke.", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Failure_Unhandled_StatusAndDetails()
    {
        await using var host = Start();
        var end = await EndOf(host, "Failing");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("Microsoft.DurableTask.TaskFailedException: Task 'Breaks' (#0) failed with an unhandled exception: It broke.", end.SerializedOutput);
        Assert.Equal(typeof(TaskFailedException).FullName, end.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task ExternalEvents_EarlyAndLate_NamesWithoutCase()
    {
        await using var host = Start();
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Listens");
        await host.Client.RaiseEventAsync(id, "Word", "a");
        await Until.TrueAsync(async () => (await host.Client.GetInstanceAsync(id, true))!.SerializedCustomStatus == "{\"Phase\":\"heard\"}", "the status");
        await host.Client.RaiseEventAsync(id, "word", "b");
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);

        Assert.Equal("ab", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task ExternalEvent_ThatNeverComes_TimesOutByTheClockOfTheHistory()
    {
        await using var host = Start();

        Assert.Equal("waited 2 h", (await EndOf(host, "TimesOut")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task ContinueAsNew_EventsInARow_NoneIsLost()
    {
        await using var host = Start();
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Counts", 0);
        foreach (int number in new[] { 1, 2, 3, 4, 0 }) await host.Client.RaiseEventAsync(id, "add", number);

        Assert.Equal(10, (await host.Client.WaitForInstanceCompletionAsync(id, true, Soon)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Replay_CodeThatChanged_FailsAndNamesTheStep()
    {
        await using var host = Start();
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Unsteady");
        await Until.TrueAsync(() => _seen.Lines.Length == 2, "two activities");
        TestOrchestrations.Changed[id] = true;
        await host.Client.RaiseEventAsync(id, "go", "x");
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.EndsWith("NonDeterministicOrchestrationException", end.FailureDetails!.ErrorType);
        Assert.Contains("step #1", end.FailureDetails.ErrorMessage);
        Assert.Contains("'Echo'", end.FailureDetails.ErrorMessage);
        Assert.Contains("'Other'", end.FailureDetails.ErrorMessage);
    }

    [Theory]
    [InlineData("Delays")]
    [InlineData("LeavesThread")]
    public async Task Await_OfSomethingNotDurable_Fails(string name)
    {
        await using var host = Start();
        var end = await EndOf(host, name);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("invalid asynchronous invocation", end.FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task Suspend_EventsWhileSuspended_AreHeardAfterResume()
    {
        await using var host = Start();
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Listens");
        await host.Client.WaitForInstanceStartAsync(id, Soon);
        await host.Client.SuspendInstanceAsync(id, "pause");
        await host.Client.RaiseEventAsync(id, "word", "a");
        await host.Client.RaiseEventAsync(id, "word", "b");
        var paused = await host.Client.GetInstanceAsync(id);
        await host.Client.ResumeInstanceAsync(id, "go on");
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);

        Assert.Equal(OrchestrationRuntimeStatus.Suspended, paused!.RuntimeStatus);
        Assert.Equal("ab", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Fault47_Terminate_Recursively_ChildrenEndToo()
    {
        await using var host = Start(new() { Fakes = new Dictionary<string, Func<ActivityCall, Task<object?>>> { ["Echo"] = async _ => { await Task.Delay(500); return "x"; } } });
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Parent", 3, new StartOrchestrationOptions("t"));
        await Until.TrueAsync(async () => await host.Client.GetInstanceAsync("t-2") is { RuntimeStatus: OrchestrationRuntimeStatus.Running }, "the children");
        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough", Recursive: true));
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);
        var child = await host.Client.WaitForInstanceCompletionAsync("t-2", true, Soon);

        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), (end.RuntimeStatus, end.ReadOutputAs<string>()));
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, child.RuntimeStatus);
    }

    [Fact]
    public async Task Fault48_Start_SameIdWhileItRuns_IsRefusedAndAfterwardsReplaced()
    {
        await using var host = Start();
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Listens", null, new StartOrchestrationOptions("same"));
        await Assert.ThrowsAsync<DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException>(
            () => host.Client.ScheduleNewOrchestrationInstanceAsync("Listens", null, new StartOrchestrationOptions("same")));
        await host.Client.TerminateInstanceAsync("same", "over");
        await host.Client.WaitForInstanceCompletionAsync("same", Soon);

        Assert.Equal("0", (await EndOf(host, "Chain", 1, "same")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Start_UnknownOrBadId_IsRefused()
    {
        await using var host = Start();

        var unknown = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync("Nowhere"));
        Assert.Contains("'Nowhere'", unknown.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync("Chain", 1, new StartOrchestrationOptions("a/b")));
    }

    [Fact]
    public async Task NewGuid_OverReplays_IsTheSameAndVersion5()
    {
        await using var host = Start();
        var guids = (await EndOf(host, "Guids", null, "g")).ReadOutputAs<Guid[]>()!;

        Assert.Equal($"g:{guids[0]}", Assert.Single(_seen.Lines));
        Assert.Equal(3, guids.Distinct().Count());
        Assert.All(guids, g => Assert.Equal('5', g.ToString()[14]));
    }

    [Fact]
    public async Task SendEvent_FromOneInstance_IsHeardByAnother()
    {
        await using var host = Start();
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Listens");
        await EndOf(host, "Sends", id);

        Assert.Equal("sent twice", (await host.Client.WaitForInstanceCompletionAsync(id, true, Soon)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Restart_FromStorage_GoesOnWithoutRepeatingWhatIsWritten()
    {
        var storage = new DurableTestStorage();
        await using (var first = Start(new() { Storage = storage }))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Big", new string('x', 100_000), new StartOrchestrationOptions("b"));
            await Until.TrueAsync(() => _seen.Lines.Length == 1, "the activity");
            await Task.Delay(300);
        }

        await using var second = Start(new() { Storage = storage });
        await second.Client.RaiseEventAsync("b", "go", "x");
        var end = await second.Client.WaitForInstanceCompletionAsync("b", true, Soon);

        Assert.Equal(200_000, end.ReadOutputAs<int>());
        Assert.Equal(["b:200000"], _seen.Lines);
    }

    [Fact]
    public async Task Query_ByPrefixAndStatus_InFullPages()
    {
        await using var host = Start();
        for (int i = 0; i < 7; i++) await EndOf(host, "Chain", 0, $"q{i}");
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Listens", null, new StartOrchestrationOptions("q9"));
        List<int> sizes = [];
        List<string> ids = [];
        string? token = null;
        do
        {
            var query = new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "q", PageSize: 3, ContinuationToken: token);
            await foreach (var page in host.Client.GetAllInstancesAsync(query).AsPages())
            {
                sizes.Add(page.Values.Count);
                ids.AddRange(page.Values.Select(v => v.InstanceId));
                token = page.ContinuationToken;
                break;
            }
        }
        while (token is not null);

        Assert.Equal([3, 3, 1], sizes);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"q{i}"), ids);
    }

    [Fact]
    public async Task Purge_FinishedInstance_IsGone()
    {
        await using var host = Start();
        await EndOf(host, "Parent", 2, "u");

        Assert.Equal(3, (await host.Client.PurgeInstanceAsync("u", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("u"));
        Assert.Null(await host.Client.GetInstanceAsync("u-1"));
    }

    [Fact]
    public async Task Purge_ByStatus_LeavesTheOthers()
    {
        await using var host = Start();
        await EndOf(host, "Chain", 0, "v1");
        await EndOf(host, "Failing", null, "v2");

        Assert.Equal(1, (await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]))).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("v1"));
        Assert.NotNull(await host.Client.GetInstanceAsync("v2"));
    }
}
