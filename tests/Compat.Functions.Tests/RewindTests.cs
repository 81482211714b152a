using System.Collections.Concurrent;
using System.Reflection;
using LocalFunctionsHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Compat.Functions.Tests;

/// <summary>Failed instances that are told to go on: what failed runs again, what is done stays done.</summary>
[Trait("Kind", "Protocol")]
public class RewindTests
{
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly HashSet<string> _broken = [];

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private DurableTestHost Start(DurableTestStorage? storage = null) => DurableTestHost.Start(Assembly.GetExecutingAssembly(), new DurableTestOptions
    {
        Storage = storage ?? new(),
        Services = services => services.AddSingleton(new Recorder()),
        Fakes = new Dictionary<string, Func<ActivityCall, Task<object?>>>
        {
            ["Echo"] = call => Answer(call, call.Input<string>()!, call.Input<string>()!),
            ["Square"] = call => Answer(call, call.Input<long>().ToString(), call.Input<long>() * call.Input<long>()),
        },
    });

    private Task<object?> Answer(ActivityCall call, string key, object result)
    {
        _calls.Enqueue($"{call.InstanceId}:{key}");
        lock (_broken) return _broken.Contains(key) ? throw new IOException($"{key} is away") : Task.FromResult<object?>(result);
    }

    private void Mend()
    {
        _calls.Clear();
        lock (_broken) _broken.Clear();
    }

    private static async Task<OrchestrationMetadata> EndOf(DurableTestHost host, string name, object? input, string id)
    {
        await host.Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id), Soon);
        return await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);
    }

    private static async Task<OrchestrationMetadata> Rewound(DurableTestHost host, string id)
    {
        await host.Client.RewindInstanceAsync(id, "mended", Soon);
        return await host.Client.WaitForInstanceCompletionAsync(id, true, Soon);
    }

    [Fact]
    public async Task Rewind_ActivityThatFailed_RunsAgainAndWhatWasDoneDoesNot()
    {
        await using var host = Start();
        _broken.Add("1");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await EndOf(host, "Chain", 3, "c")).RuntimeStatus);
        Mend();

        var end = await Rewound(host, "c");

        Assert.Equal((OrchestrationRuntimeStatus.Completed, "012"), (end.RuntimeStatus, end.ReadOutputAs<string>()));
        Assert.Null(end.FailureDetails);
        Assert.Equal(["c:1", "c:2"], _calls);
    }

    [Fact]
    public async Task Rewind_SeveralOfAFanOutFailed_OnlyTheyRunAgain()
    {
        await using var host = Start();
        foreach (string key in new[] { "3", "7" }) _broken.Add(key);
        await EndOf(host, "FanOut", 10, "f");
        Mend();

        Assert.Equal(285, (await Rewound(host, "f")).ReadOutputAs<long>());
        Assert.Equal(["f:3", "f:7"], _calls.Order());
    }

    [Fact]
    public async Task Rewind_SubOrchestrationFailed_IsRewoundFirstAndItsSiblingsStay()
    {
        await using var host = Start();
        _broken.Add("1");
        await EndOf(host, "Parent", 3, "p");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await host.Client.GetInstanceAsync("p-2"))!.RuntimeStatus);
        Mend();

        Assert.Equal(["", "0", "01"], (await Rewound(host, "p")).ReadOutputAs<string[]>()!);
        Assert.Equal(["p-2:1"], _calls);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.Client.GetInstanceAsync("p-2"))!.RuntimeStatus);
    }

    [Fact]
    public async Task Rewind_StillBroken_FailsAgainAndMayBeRewoundAgain()
    {
        await using var host = Start();
        _broken.Add("2");
        await EndOf(host, "Chain", 4, "c");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await Rewound(host, "c")).RuntimeStatus);
        Mend();

        Assert.Equal("0123", (await Rewound(host, "c")).ReadOutputAs<string>());
        Assert.Equal(["c:2", "c:3"], _calls);
    }

    [Fact]
    public async Task Rewind_FailureThatWasHandledBefore_StaysHandled()
    {
        await using var host = Start();
        _broken.Add("first");
        _broken.Add("second");
        await EndOf(host, "HandlesOne", null, "h");
        lock (_broken) _broken.Remove("second");
        _calls.Clear();

        Assert.Equal("handled, second", (await Rewound(host, "h")).ReadOutputAs<string>());
        Assert.Equal(["h:second"], _calls);
    }

    [Fact]
    public async Task Rewind_ByAnotherHost_GoesOnFromStorageAndIsInTheHistory()
    {
        var storage = new DurableTestStorage();
        _broken.Add("1");
        await using (var first = Start(storage)) await EndOf(first, "Parent", 3, "p");
        Mend();
        await using (var second = Start(storage)) Assert.Equal(OrchestrationRuntimeStatus.Completed, (await Rewound(second, "p")).RuntimeStatus);

        await using var third = Start(storage);
        Assert.Equal(["", "0", "01"], (await third.Client.GetInstanceAsync("p", true))!.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task Rewind_WhatHasNotFailed_IsRefused()
    {
        await using var host = Start();
        await EndOf(host, "Chain", 1, "done");
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Listens", null, new StartOrchestrationOptions("runs"), Soon);
        await host.Client.WaitForInstanceStartAsync("runs", Soon);

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RewindInstanceAsync("done", "no", Soon));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RewindInstanceAsync("runs", "no", Soon));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RewindInstanceAsync("nobody", "no", Soon));
    }
}
