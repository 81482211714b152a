using System.Reflection;
using LocalFunctionsHost.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Compat.Functions.Tests;

/// <summary>A host killed at each of its writes in turn: the next one goes on from storage alone and comes to the same end.</summary>
[Trait("Kind", "Property")]
public class CrashTests
{
    private const string Id = "all";

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Theory]
    [InlineData(Cut.Before)]
    [InlineData(Cut.After)]
    public Task Fault45_KilledBeforeOrAfterAnyWrite_TheNextHostComesToTheSameEnd(Cut cut) => KillAtEachAsync(cut);

    [Fact]
    public Task Fault46_KilledWithinAnyWrite_TheNextHostComesToTheSameEnd() => KillAtEachAsync(Cut.Within);

    private static async Task KillAtEachAsync(Cut cut)
    {
        var (whole, steps) = await UninterruptedAsync();
        int kills = 0;
        for (int fatal = 1; ; fatal++)
        {
            var storage = new DurableTestStorage();
            var recorder = new Recorder();
            var crashing = new CrashingStore(storage.Store, fatal, cut);
            if (await RunUntilDeadAsync(crashing, recorder)) break;
            kills++;
            await using var second = Start(storage, recorder);
            var end = await EndAsync(second);

            Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{cut} write {fatal}: {end.RuntimeStatus} {end.SerializedOutput}");
            Assert.True(whole == end.ReadOutputAs<string>(), $"{cut} write {fatal}: {end.ReadOutputAs<string>()} instead of {whole}");
            // Only what ran at the kill runs again: three side by side at most.
            Assert.True(recorder.Lines.Length <= steps + 3, $"{cut} write {fatal}: {string.Join(' ', recorder.Lines)}");
        }

        Assert.True(kills > 20, $"only {kills} writes");
    }

    private static DurableTestHost Start(DurableTestStorage storage, Recorder recorder)
        => DurableTestHost.Start(Assembly.GetExecutingAssembly(), new() { Storage = storage, Services = services => services.AddSingleton(recorder) });

    private static async Task<(string Output, int Steps)> UninterruptedAsync()
    {
        var recorder = new Recorder();
        await using var host = Start(new DurableTestStorage(), recorder);
        string output = (await EndAsync(host)).ReadOutputAs<string>()!;
        return (output, recorder.Lines.Length);
    }

    // A caller that does not know whether its start arrived sends it again under the same id.
    private static async Task<OrchestrationMetadata> EndAsync(DurableTestHost host)
    {
        if (await host.Client.GetInstanceAsync(Id, Soon) is null) await host.Client.ScheduleNewOrchestrationInstanceAsync("Everything", 0, new StartOrchestrationOptions(Id), Soon);
        return await host.Client.WaitForInstanceCompletionAsync(Id, true, Soon);
    }

    private static async Task<bool> RunUntilDeadAsync(CrashingStore store, Recorder recorder)
    {
        await using var host = Start(new DurableTestStorage { Store = store }, recorder);
        var end = EndAsync(host);
        await Task.WhenAny(end, store.Dead);
        // Beside the last write, the end may come first; then the kill hurt nobody.
        return end.IsCompletedSuccessfully && !store.Dead.IsCompleted;
    }
}
