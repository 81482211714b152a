using System.Collections.Concurrent;
using System.Reflection;
using LocalFunctionsHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Compat.Functions.Tests;

/// <summary>Retries, clocks, logs, starts in the future and what outlives a host, in memory.</summary>
[Trait("Kind", "Protocol")]
public class DurableSemanticsTests
{
    private readonly Recorder _seen = new();
    private readonly LinesOf _log = new("TTame.Test");

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private DurableTestHost Start(DurableTestOptions? options = null)
        => DurableTestHost.Start(Assembly.GetExecutingAssembly(), (options ?? new()) with { Services = services => services.AddSingleton(_seen).AddSingleton<ILoggerProvider>(_log) });

    private static async Task<OrchestrationMetadata> EndOf(DurableTestHost host, string name, object? input = null, StartOrchestrationOptions? start = null)
    {
        string instance = await host.Client.ScheduleNewOrchestrationInstanceAsync(name, input, start, Soon);
        return await host.Client.WaitForInstanceCompletionAsync(instance, true, Soon);
    }

    // Waits: 10, then 20 instead of 30 and 90. Ids: an attempt and a timer in turn.
    [Theory]
    [InlineData("capped", "#8 after 70 s: It broke.")]
    [InlineData("timed", "#6 after 180 s: It broke.")]
    [InlineData("picky", "#0 after 0 s: It broke.")]
    public async Task RetryPolicy_ThatGivesUp_AttemptsAndTimeAreThePolicys(string policy, string expected)
    {
        await using var host = Start();

        Assert.Equal(expected, (await EndOf(host, "GivesUp", policy)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task RetryPolicy_OfASubOrchestration_EachAttemptIsAnInstanceOfItsOwn()
    {
        await using var host = Start();
        string last = (await EndOf(host, "RetriesChild", "child")).ReadOutputAs<string>()!;
        List<OrchestrationMetadata> children = [];
        await foreach (var instance in host.Client.GetAllInstancesAsync())
            if (instance.Name == "FlakyChild") children.Add(instance);

        Assert.Equal(3, children.Count);
        Assert.Equal(last, Assert.Single(children, c => c.RuntimeStatus == OrchestrationRuntimeStatus.Completed).InstanceId);
    }

    [Fact]
    public async Task CurrentUtcDateTime_OverReplaysAndTimers_IsTheHistorysAndNeverGoesBack()
    {
        await using var host = Start();
        string[] times = (await EndOf(host, "Clock", null, new StartOrchestrationOptions("c"))).ReadOutputAs<string[]>()!;

        Assert.Equal(times[..3].Select(t => $"c:{t}"), _seen.Lines);
        Assert.Equal(times.Order(), times);
        Assert.InRange((DateTime.Parse(times[3]) - DateTime.Parse(times[0])).TotalDays, 15, 15.1);
    }

    [Fact]
    public async Task Logger_ReplaySafe_WritesEachLineOnce()
    {
        await using var host = Start();
        var end = await EndOf(host, "Logs", null, new StartOrchestrationOptions("l"));

        Assert.False(end.ReadOutputAs<bool>());
        Assert.Equal(["begin l", "middle l", "end l"], _log.Lines);
    }

    [Fact]
    public async Task CustomStatus_SetToNull_IsCleared()
    {
        await using var host = Start();

        Assert.Null((await EndOf(host, "Quiet")).SerializedCustomStatus);
    }

    [Fact]
    public async Task ContinueAsNew_TwoThousandTimesInARow_Ends()
    {
        await using var host = Start();

        Assert.Equal(0, (await EndOf(host, "Spins", 2000)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Start_InTheFuture_WaitsForItsTime()
    {
        await using var host = Start();
        var at = DateTimeOffset.UtcNow.AddHours(3);
        var times = (await EndOf(host, "Clock", null, new StartOrchestrationOptions(null, at))).ReadOutputAs<string[]>()!;

        Assert.True(DateTimeOffset.Parse(times[0]) >= at, times[0]);
    }

    [Fact]
    public async Task Start_InTheFuture_HearsWhatWasRaisedBeforeItAndBeforeARestart()
    {
        var storage = new DurableTestStorage();
        await using (var first = Start(new() { Storage = storage, SkipTime = false }))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Listens", null, new StartOrchestrationOptions("f", DateTimeOffset.UtcNow.AddHours(3)));
            await first.Client.RaiseEventAsync("f", "word", "early ", Soon);
            Assert.Equal(OrchestrationRuntimeStatus.Pending, (await first.Client.GetInstanceAsync("f"))!.RuntimeStatus);
        }

        await using var second = Start(new() { Storage = storage });
        await second.Client.RaiseEventAsync("f", "word", "late", Soon);

        Assert.Equal("early late", (await second.Client.WaitForInstanceCompletionAsync("f", true, Soon)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Suspended_OverARestart_StaysSuspendedUntilResumed()
    {
        var storage = new DurableTestStorage();
        await using (var first = Start(new() { Storage = storage }))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Listens", null, new StartOrchestrationOptions("s"));
            await first.Client.WaitForInstanceStartAsync("s", Soon);
            await first.Client.SuspendInstanceAsync("s", "night", Soon);
            await first.Client.RaiseEventAsync("s", "word", "a", Soon);
        }

        await using var second = Start(new() { Storage = storage });
        await Until.TrueAsync(async () => (await second.Client.GetInstanceAsync("s"))!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended, "the state");
        await second.Client.RaiseEventAsync("s", "word", "b", Soon);
        await second.Client.ResumeInstanceAsync("s", "day", Soon);

        Assert.Equal("ab", (await second.Client.WaitForInstanceCompletionAsync("s", true, Soon)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("activity")]
    [InlineData("child")]
    [InlineData("timer")]
    [InlineData("event")]
    public async Task Fault47_Terminate_InEachPhase_EndsAtOnceWithItsReason(string phase)
    {
        await using var host = Start(new() { SkipTime = false });
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Lingers", phase);
        await Until.TrueAsync(async () => (await host.Client.GetInstanceAsync(id, true))!.SerializedCustomStatus is not null, "the phase");
        await host.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough", Recursive: true), Soon);
        var end = await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);

        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), (end.RuntimeStatus, end.ReadOutputAs<string>()));
    }

    [Fact]
    public async Task Fault47_Terminate_BeforeItsStart_EndsAtOnce()
    {
        await using var host = Start(new() { SkipTime = false });
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Lingers", "event", new StartOrchestrationOptions("n", DateTimeOffset.UtcNow.AddDays(1)));
        await host.Client.TerminateInstanceAsync("n", "never mind", Soon);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.Client.WaitForInstanceCompletionAsync("n", Soon)).RuntimeStatus);
    }

    [Fact]
    public async Task Fault48_Start_SameIdTenTimesAtOnce_OneRuns()
    {
        await using var host = Start();
        async Task<bool> TryAsync()
        {
            try
            {
                await host.Client.ScheduleNewOrchestrationInstanceAsync("Listens", null, new StartOrchestrationOptions("one"), Soon);
                return true;
            }
            catch (DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException)
            {
                return false;
            }
        }

        bool[] started = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(TryAsync)));

        Assert.Single(started, s => s);
    }

    [Fact]
    public async Task Fault49_TenThousandShards_ThroughChildrenByReference_Complete()
    {
        await using var host = Start();
        var end = await EndOf(host, "Shards", new[] { 100, 100 });

        Assert.Equal(100 * Enumerable.Range(0, 100).Sum(i => (long)i * i), end.ReadOutputAs<long>());
        Assert.Equal(10_000, _seen.Lines.Length);
    }

    /// <summary>What is logged under one category.</summary>
    private sealed class LinesOf(string category) : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public string[] Lines => [.. _lines];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName == category ? _lines : null);

        public void Dispose()
        {
        }

        private sealed class Logger(ConcurrentQueue<string>? lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => lines is not null;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines?.Enqueue(formatter(state, exception));
        }
    }
}
