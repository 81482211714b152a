using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace SampleFunctions;

/// <summary>An orchestration with a bit of everything, for a test that kills the host in the middle of it.</summary>
public static class Steps
{
    [Function("Begin")]
    public static async Task<HttpResponseData> Begin([HttpTrigger(AuthorizationLevel.Function, "post", Route = "begin/{id}")] HttpRequestData request, [DurableClient] DurableTaskClient client, string id)
    {
        await client.ScheduleNewOrchestrationInstanceAsync("Walk", 10, new StartOrchestrationOptions(id));
        return await client.CreateCheckStatusResponseAsync(request, id);
    }

    [Function("Walk")]
    public static async Task<string> Walk([OrchestrationTrigger] TaskOrchestrationContext context, int length)
    {
        List<string> done = [];
        for (int i = 0; i < length; i++)
        {
            done.Add(await context.CallActivityAsync<string>("Step", $"s{i}"));
            context.SetCustomStatus(new { Done = i + 1 });
        }

        done.AddRange(await Task.WhenAll(Enumerable.Range(0, length).Select(i => context.CallActivityAsync<string>("Step", $"w{i}"))));
        await context.CreateTimer(TimeSpan.FromMilliseconds(300), CancellationToken.None);
        done.Add(await context.CallSubOrchestratorAsync<string>("Strides", length));
        return string.Join(',', done);
    }

    [Function("Strides")]
    public static async Task<string> Strides([OrchestrationTrigger] TaskOrchestrationContext context, int length)
    {
        for (int i = 0; i < length; i++) await context.CallActivityAsync("Step", $"c{i}");
        return "strides";
    }

    [Function("Step")]
    public static async Task<string> Step([ActivityTrigger] string name)
    {
        await Task.Delay(50);
        // A file for each run: nothing that a kill or another run could cut or overwrite.
        if (Environment.GetEnvironmentVariable("Marks") is { } marks) await File.WriteAllBytesAsync(Path.Combine(marks, $"{name}.{Guid.NewGuid():N}"), []);
        return name;
    }
}
