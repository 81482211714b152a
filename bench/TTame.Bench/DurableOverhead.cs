using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using LocalFunctionsHost.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace TTame.Bench;

/// <summary>What the durable engine adds to an activity that does nothing: in a row, from one's start to the next one's, and side by side.</summary>
internal sealed class DurableOverhead : IBenchmark
{
    private const int InARow = 200;
    private const int SideBySide = 1000;

    public string Name => "durable";

    public IEnumerable<Measurement> Run()
    {
        foreach (var measured in Over("memory", new DurableTestStorage())) yield return measured;
        using var azurite = Azurite.Start();
        if (azurite is null) yield break;
        foreach (var measured in Over("Azurite", DurableTestStorage.InBlobs(azurite.ConnectionString, "bench"))) yield return measured;
    }

    private static List<Measurement> Over(string place, DurableTestStorage storage) => Task.Run(async () =>
    {
        Console.SetOut(TextWriter.Null);
        await using var host = DurableTestHost.Start(Assembly.GetExecutingAssembly(), new() { Storage = storage, SkipTime = false });
        async Task<TimeSpan> Time(string orchestrator, int count)
        {
            long start = Stopwatch.GetTimestamp();
            await host.Client.WaitForInstanceCompletionAsync(await host.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, count));
            return Stopwatch.GetElapsedTime(start);
        }

        await Time(nameof(BenchOrchestrations.Row), 20);
        BenchOrchestrations.Starts.Clear();
        await Time(nameof(BenchOrchestrations.Row), InARow);
        double[] gaps = [.. BenchOrchestrations.Starts.Zip(BenchOrchestrations.Starts.Skip(1), (a, b) => Stopwatch.GetElapsedTime(a, b).TotalMilliseconds).Order()];
        var wide = await Time(nameof(BenchOrchestrations.Crowd), SideBySide);
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        return new List<Measurement>
        {
            new($"activity in a row, {place}, median", gaps[gaps.Length / 2], "ms"),
            new($"activity in a row, {place}, 99 %", gaps[gaps.Length * 99 / 100], "ms"),
            new($"{SideBySide} side by side, {place}", wide.TotalMilliseconds / SideBySide, "ms each"),
        };
    }).GetAwaiter().GetResult();
}

/// <summary>The orchestrations that are timed.</summary>
public static class BenchOrchestrations
{
    /// <summary>When each activity began.</summary>
    public static ConcurrentQueue<long> Starts { get; } = new();

    /// <summary>Activities one after another.</summary>
    [Function(nameof(Row))]
    public static async Task Row([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        for (int i = 0; i < count; i++) await context.CallActivityAsync(nameof(Nothing), i);
    }

    /// <summary>All activities at once.</summary>
    [Function(nameof(Crowd))]
    public static Task Crowd([OrchestrationTrigger] TaskOrchestrationContext context, int count)
        => Task.WhenAll(Enumerable.Range(0, count).Select(i => context.CallActivityAsync(nameof(Nothing), i)));

    /// <summary>Does nothing but note the time.</summary>
    [Function(nameof(Nothing))]
    public static void Nothing([ActivityTrigger] int number) => Starts.Enqueue(Stopwatch.GetTimestamp());
}
