using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Compat.Functions.Tests;

/// <summary>Orchestrators and activities of the durable engine's tests.</summary>
public sealed class TestOrchestrations(Recorder seen)
{
    private static readonly RetryPolicy ThreeTimes = new(3, TimeSpan.FromSeconds(5), 2);

    /// <summary>Lets a test change an orchestrator's steps between two of its turns.</summary>
    public static ConcurrentDictionary<string, bool> Changed { get; } = new();

    [Function("Chain")]
    public static async Task<string> Chain([OrchestrationTrigger] TaskOrchestrationContext context, int length)
    {
        string text = "";
        for (int i = 0; i < length; i++) text += await context.CallActivityAsync<string>("Echo", i.ToString());
        return text;
    }

    [Function("FanOut")]
    public static async Task<long> FanOut([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        int width = context.GetInput<int>();
        long[] squares = await Task.WhenAll(Enumerable.Range(0, width).Select(i => context.CallActivityAsync<long>("Square", (long)i)));
        return squares.Sum();
    }

    [Function("Retries")]
    public static async Task<DateTime[]> Retries([OrchestrationTrigger] TaskOrchestrationContext context, string key)
    {
        var begin = context.CurrentUtcDateTime;
        await context.CallActivityAsync("Flaky", key, TaskOptions.FromRetryPolicy(ThreeTimes));
        return [begin, context.CurrentUtcDateTime];
    }

    [Function("Handled")]
    public static async Task<string> Handled([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        List<int> attempts = [];
        try
        {
            await context.CallActivityAsync("Breaks", TaskOptions.FromRetryHandler(retry =>
            {
                attempts.Add(retry.LastAttemptNumber);
                return retry.LastFailure.IsCausedBy<InvalidOperationException>() && retry.LastAttemptNumber < 3;
            }));
            return "none";
        }
        catch (TaskFailedException failed)
        {
            return $"{string.Join(',', attempts)} {failed.TaskName} {failed.FailureDetails.ErrorType} {failed.FailureDetails.ErrorMessage}";
        }
    }

    [Function("Parent")]
    public static async Task<string[]> Parent([OrchestrationTrigger] TaskOrchestrationContext context, int children)
        => await Task.WhenAll(Enumerable.Range(0, children).Select(i =>
            context.CallSubOrchestratorAsync<string>("Chain", i, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{i}"))));

    [Function("HandlesOne")]
    public static async Task<string> HandlesOne([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string text = "";
        try
        {
            text = await context.CallActivityAsync<string>("Echo", "first");
        }
        catch (TaskFailedException)
        {
            text = "handled";
        }

        return text + ", " + await context.CallActivityAsync<string>("Echo", "second");
    }

    [Function("ParentOfFailing")]
    public static async Task<string> ParentOfFailing([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            await context.CallSubOrchestratorAsync("Failing");
            return "none";
        }
        catch (TaskFailedException failed)
        {
            return $"{failed.TaskName}: {failed.FailureDetails.ErrorType}: {failed.FailureDetails.InnerFailure?.ErrorMessage}";
        }
    }

    [Function("Failing")]
    public static Task Failing([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("Breaks");

    [Function("Listens")]
    public static async Task<string> Listens([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus(new { Phase = "listening" });
        string first = await context.WaitForExternalEvent<string>("word");
        context.SetCustomStatus(new { Phase = "heard" });
        string second = await context.WaitForExternalEvent<string>("WORD");
        return first + second;
    }

    [Function("TimesOut")]
    public static async Task<string> TimesOut([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var begin = context.CurrentUtcDateTime;
        try
        {
            await context.WaitForExternalEvent<string>("never", TimeSpan.FromHours(2));
            return "heard";
        }
        catch (TaskCanceledException)
        {
            return $"waited {Math.Round((context.CurrentUtcDateTime - begin).TotalHours)} h";
        }
    }

    [Function("Counts")]
    public static async Task<int> Counts([OrchestrationTrigger] TaskOrchestrationContext context, int sum)
    {
        int add = await context.WaitForExternalEvent<int>("add");
        if (add == 0) return sum;
        context.ContinueAsNew(sum + add);
        return -1;
    }

    [Function("Unsteady")]
    public static async Task Unsteady([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string>("Echo", "a");
        await context.CallActivityAsync<string>(Changed.ContainsKey(context.InstanceId) ? "Other" : "Echo", "b");
        await context.WaitForExternalEvent<string>("go");
    }

    [Function("Delays")]
    public static async Task Delays([OrchestrationTrigger] TaskOrchestrationContext context) => await Task.Delay(20);

    [Function("LeavesThread")]
    public static async Task<string> LeavesThread([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string>("Echo", "a").ConfigureAwait(false);
        return await context.CallActivityAsync<string>("Echo", "b");
    }

    [Function("Big")]
    public static async Task<int> Big([OrchestrationTrigger] TaskOrchestrationContext context, string text)
    {
        string twice = await context.CallActivityAsync<string>("Echo", text + text);
        await context.WaitForExternalEvent<string>("go");
        return twice.Length;
    }

    [Function("Logs")]
    public static async Task<bool> Logs([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var log = context.CreateReplaySafeLogger("TTame.Test");
        log.LogInformation("begin {Instance}", context.InstanceId);
        await context.CallActivityAsync<string>("Echo", "a");
        log.LogInformation("middle {Instance}", context.InstanceId);
        await context.CallActivityAsync<string>("Echo", "b");
        log.LogInformation("end {Instance}", context.InstanceId);
        return context.IsReplaying;
    }

    /// <summary>Fails until its policy gives up; the times of the attempts' ends and how it failed.</summary>
    [Function("GivesUp")]
    public static async Task<string> GivesUp([OrchestrationTrigger] TaskOrchestrationContext context, string policy)
    {
        RetryPolicy retry = policy switch
        {
            "capped" => new(5, TimeSpan.FromSeconds(10), 3, maxRetryInterval: TimeSpan.FromSeconds(20)),
            "timed" => new(10, TimeSpan.FromMinutes(1), retryTimeout: TimeSpan.FromSeconds(150)),
            _ => new(10, TimeSpan.FromSeconds(1)) { HandleFailure = failure => failure.IsCausedBy<TimeoutException>() },
        };
        var begin = context.CurrentUtcDateTime;
        try
        {
            await context.CallActivityAsync("Breaks", TaskOptions.FromRetryPolicy(retry));
            return "none";
        }
        catch (TaskFailedException failed)
        {
            return $"#{failed.TaskId} after {Math.Round((context.CurrentUtcDateTime - begin).TotalSeconds)} s: {failed.FailureDetails.ErrorMessage}";
        }
    }

    [Function("RetriesChild")]
    public static Task<string> RetriesChild([OrchestrationTrigger] TaskOrchestrationContext context, string key)
        => context.CallSubOrchestratorAsync<string>("FlakyChild", key, TaskOptions.FromRetryPolicy(ThreeTimes));

    [Function("FlakyChild")]
    public static async Task<string> FlakyChild([OrchestrationTrigger] TaskOrchestrationContext context, string key)
    {
        await context.CallActivityAsync("Flaky", key);
        return context.InstanceId;
    }

    /// <summary>Tells the time before and after each step, to an activity and at its end.</summary>
    [Function("Clock")]
    public static async Task<string[]> Clock([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        List<string> times = [];
        for (int i = 0; i < 3; i++)
        {
            times.Add(context.CurrentUtcDateTime.ToString("o"));
            await context.CallActivityAsync<string>("Echo", times[^1]);
            await context.CreateTimer(TimeSpan.FromDays(i * 5), CancellationToken.None);
        }

        await context.CreateTimer(context.CurrentUtcDateTime.AddHours(-1), CancellationToken.None);
        times.Add(context.CurrentUtcDateTime.ToString("o"));
        return [.. times];
    }

    [Function("Quiet")]
    public static async Task Quiet([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("loud");
        await context.CallActivityAsync<string>("Echo", "x");
        context.SetCustomStatus(null);
    }

    /// <summary>Continues as new again and again without waiting for anything.</summary>
    [Function("Spins")]
    public static int Spins([OrchestrationTrigger] TaskOrchestrationContext context, int left)
    {
        if (left > 0) context.ContinueAsNew(left - 1);
        return left;
    }

    /// <summary>Waits for something in the phase that it is given.</summary>
    [Function("Lingers")]
    public static async Task Lingers([OrchestrationTrigger] TaskOrchestrationContext context, string phase)
    {
        context.SetCustomStatus(phase);
        Task waits = phase switch
        {
            "activity" => context.CallActivityAsync("Waits", 60_000),
            "child" => context.CallSubOrchestratorAsync("Lingers", "event"),
            "timer" => context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None),
            _ => context.WaitForExternalEvent<string>("never"),
        };
        await waits;
    }

    [Function("Crowd")]
    public static Task Crowd([OrchestrationTrigger] TaskOrchestrationContext context, int width)
        => Task.WhenAll(Enumerable.Range(0, width).Select(_ => context.CallActivityAsync("Waits", 50)));

    /// <summary>Shards by reference: each child gets a range, not its contents.</summary>
    [Function("Shards")]
    public static async Task<long> Shards([OrchestrationTrigger] TaskOrchestrationContext context, int[] plan)
        => (await Task.WhenAll(Enumerable.Range(0, plan[0]).Select(_ => context.CallSubOrchestratorAsync<long>("FanOut", plan[1])))).Sum();

    [Function("Begins")]
    public static async Task<HttpResponseData> Begins([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequestData request, [DurableClient] DurableTaskClient client)
    {
        string id = await client.ScheduleNewOrchestrationInstanceAsync("Chain", 0, new StartOrchestrationOptions(request.Query["id"]));
        return await client.CreateCheckStatusResponseAsync(request, id);
    }

    [Function("Waits")]
    public Task Waits([ActivityTrigger] int milliseconds, CancellationToken cancellation) => seen.AtOnceAsync(async () =>
    {
        seen.Add("waits");
        await Task.Delay(milliseconds, cancellation);
    });

    [Function("Guids")]
    public static async Task<Guid[]> Guids([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Guid a = context.NewGuid(), b = context.NewGuid();
        await context.CallActivityAsync<string>("Echo", a.ToString());
        return [a, b, context.NewGuid()];
    }

    [Function("Sends")]
    public static async Task Sends([OrchestrationTrigger] TaskOrchestrationContext context, string to)
    {
        context.SendEvent(to, "word", "sent ");
        await context.CallActivityAsync<string>("Echo", "x");
        context.SendEvent(to, "word", "twice");
    }

    /// <summary>Activities in a row and side by side, a long payload, a timer, a child that sends an event, a status; twice over by continuing as new.</summary>
    [Function("Everything")]
    public static async Task<string> Everything([OrchestrationTrigger] TaskOrchestrationContext context, int round)
    {
        string first = await context.CallActivityAsync<string>("Echo", $"a{round}");
        context.SetCustomStatus(first);
        long[] squares = await Task.WhenAll(Enumerable.Range(1, 3).Select(i => context.CallActivityAsync<long>("Square", (long)i)));
        string wide = await context.CallActivityAsync<string>("Echo", new string('w', 50_000));
        await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        await context.CallSubOrchestratorAsync("Sends", context.InstanceId, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{round}"));
        string heard = await context.WaitForExternalEvent<string>("word") + await context.WaitForExternalEvent<string>("word");
        if (round == 0)
        {
            context.ContinueAsNew(1);
            return "";
        }

        return $"{first} {squares.Sum()} {wide.Length} {heard}";
    }

    [Function("Echo")]
    public string Echo([ActivityTrigger] string text, string instanceId)
    {
        seen.Add($"{instanceId}:{(text.Length < 50 ? text : text.Length.ToString())}");
        return text;
    }

    [Function("Other")]
    public string Other([ActivityTrigger] string text) => text;

    [Function("Square")]
    public long Square([ActivityTrigger] long number)
    {
        seen.Add("square");
        return number * number;
    }

    [Function("Flaky")]
    public void Flaky([ActivityTrigger] string key)
    {
        seen.Add(key);
        if (seen.Lines.Count(l => l == key) < 3) throw new TimeoutException("Not yet.");
    }

    [Function("Breaks")]
    public void BreaksActivity([ActivityTrigger] object? none) => throw new InvalidOperationException("It broke.");
}
