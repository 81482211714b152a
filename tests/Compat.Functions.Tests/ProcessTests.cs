using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using TTame.Testing;

namespace Compat.Functions.Tests;

/// <summary>The host as a process: its console, its end, and what a kill leaves.</summary>
[Collection(nameof(FunctionsCollection))]
[Trait("Kind", "Protocol")]
public class ProcessTests(AzuriteFixture azurite)
{
    private Dictionary<string, string> Values(params (string Name, string Value)[] more)
    {
        Dictionary<string, string> values = new() { ["AzureWebJobsStorage"] = azurite.ConnectionString, ["Inbox"] = $"inbox-{Guid.NewGuid():N}", ["AzureFunctionsWebHost__hostid"] = $"p{Guid.NewGuid():N}"[..30] };
        foreach (var (name, value) in more) values[name] = value;
        return values;
    }

    [SkippableFact]
    public async Task Start_Console_ListsFunctionsAndSaysWhichAreDisabled()
    {
        using var sample = SampleProcess.Start(SampleProcess.Folder(Values(("AzureWebJobs.Resting.Disabled", "true"))), "--port", "0");
        await sample.ListensAsync();
        await Until.TrueAsync(() => sample.Output.Contains("For detailed output"), "the listing");
        string answer = await sample.Http.GetStringAsync("/api/greet/you");
        int exit = await sample.StopAsync();
        string output = sample.Output;

        Assert.Equal("{\"greeting\":\"GET you\"}", answer);
        Assert.Equal(0, exit);
        Assert.Contains("Functions:\n\n\tGreet: [GET,POST] http://localhost:", output);
        Assert.Contains("\tCopy: blobTrigger\n\n", output);
        Assert.Contains("\tWalk: orchestrationTrigger\n", output);
        Assert.Contains("Function Resting is disabled.", output);
        Assert.Matches(@"\[\d{4}-\d\d-\d\dT[\d:.]+Z\] Worker process started and initialized\.", output);
        Assert.Matches(@"Executing 'Functions\.Greet' \(Reason='This function was programmatically called via the host APIs\.', Id=[0-9a-f-]{36}\)", output);
        Assert.Matches(@"Executed 'Functions\.Greet' \(Succeeded, Id=[0-9a-f-]{36}, Duration=\d+ms\)", output);
    }

    [SkippableFact]
    public async Task Start_PortInUse_SaysSoAndExitsWithOne()
    {
        using var first = SampleProcess.Start(SampleProcess.Folder(Values()), "--port", "0");
        await first.ListensAsync();
        string port = first.Http.BaseAddress!.Port.ToString();
        using var second = SampleProcess.Start(SampleProcess.Folder(Values()), "--port", port);
        int exit = await second.ExitAsync();

        Assert.NotEqual(0, exit);
        Assert.Contains($"Port {port} is unavailable. Close the process using that port, or specify another port using --port [-p].", second.Output);
    }

    [SkippableFact]
    public async Task Start_StorageSettingMissing_NamesItAndExits()
    {
        string folder = SampleProcess.Folder(new() { ["Inbox"] = "x" });
        using var sample = SampleProcess.Start(folder, "--port", "0");
        int exit = await sample.ExitAsync();

        Assert.NotEqual(0, exit);
        Assert.Contains("Missing value for AzureWebJobsStorage in local.settings.json.", sample.Output);
    }

    [SkippableFact]
    public async Task Fault7_StopWhileABlobIsWorkedOn_FinishesItAndExitsWithZero()
    {
        var blobs = new BlobServiceClient(azurite.ConnectionString);
        string name = $"{Guid.NewGuid():N}.txt";
        using var sample = SampleProcess.Start(SampleProcess.Folder(Values(("CopyTakes", "2000"))), "--port", "0", "--scan", "0.2");
        await sample.ListensAsync();
        await blobs.GetBlobContainerClient("originals").CreateIfNotExistsAsync();
        await blobs.GetBlobContainerClient("originals").UploadBlobAsync(name, BinaryData.FromString("x"));
        await Until.TrueAsync(() => sample.Output.Contains($"originals/{name}"), "the run");
        int exit = await sample.StopAsync();

        Assert.Equal(0, exit);
        Assert.True(await blobs.GetBlobContainerClient("copies").GetBlobClient(name).ExistsAsync());
    }

    [SkippableFact]
    public async Task Fault6_KilledWhileABlobIsWorkedOn_TheNextHostFinishesIt()
    {
        var blobs = new BlobServiceClient(azurite.ConnectionString);
        string name = $"{Guid.NewGuid():N}.txt";
        string folder = SampleProcess.Folder(Values(("CopyTakes", "3000")));
        await blobs.GetBlobContainerClient("originals").CreateIfNotExistsAsync();
        await blobs.GetBlobContainerClient("originals").UploadBlobAsync(name, BinaryData.FromString("x"));
        using (var first = SampleProcess.Start(folder, "--port", "0", "--scan", "0.2", "--lease", "2"))
        {
            await Until.TrueAsync(() => first.Output.Contains($"originals/{name}"), "the run", () => first.Output);
            first.Kill();
        }

        Assert.False(await blobs.GetBlobContainerClient("copies").GetBlobClient(name).ExistsAsync());
        using var second = SampleProcess.Start(folder, "--port", "0", "--scan", "0.2", "--lease", "5");
        await Until.TrueAsync(async () => await blobs.GetBlobContainerClient("copies").GetBlobClient(name).ExistsAsync(), "the copy", () => second.Output);
    }

    [SkippableFact]
    public async Task Fault45_OrchestrationKilledFiveTimesAtRandom_ComesToTheSameEnd()
    {
        const int Kills = 5;
        const int AtOnce = 4;
        string marks = Directory.CreateTempSubdirectory("marks-").FullName;
        string folder = SampleProcess.Folder(Values(("Marks", marks)));
        string id = $"walk-{Guid.NewGuid():N}";
        string[] steps = [.. Enumerable.Range(0, 10).Select(i => $"s{i}"), .. Enumerable.Range(0, 10).Select(i => $"w{i}")];
        int Done() => Directory.GetFiles(marks).Length;
        var moments = new Random(45);
        for (int kill = 0; kill < Kills; kill++)
        {
            using var sample = SampleProcess.Start(folder, "--port", "0");
            await sample.ListensAsync();
            if (kill == 0)
            {
                using var begun = await sample.Http.PostAsync($"/api/begin/{id}", null);
                Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
                Assert.EndsWith($"/runtime/webhooks/durabletask/instances/{id}", begun.Headers.Location!.ToString());
            }

            int before = Done();
            await Until.TrueAsync(() => Done() > before || sample.Output.Contains("Executed 'Functions.Strides'"), "a step", () => sample.Output);
            await Task.Delay(moments.Next(250));
            sample.Kill();
        }

        using var last = SampleProcess.Start(folder, "--port", "0");
        await last.ListensAsync();
        JsonElement status = default;
        await Until.TrueAsync(async () => (status = await last.StatusAsync(id)).GetProperty("runtimeStatus").GetString() is not ("Running" or "Pending"), "the end", () => last.Output, 120);

        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal(string.Join(',', steps) + ",strides", status.GetProperty("output").GetString());
        Assert.Equal(10, status.GetProperty("customStatus").GetProperty("Done").GetInt32());
        Assert.Equal(30, Directory.GetFiles(marks).Select(m => Path.GetFileNameWithoutExtension(m)).Distinct().Count());
        // At most what ran at the moment of a kill ran again.
        Assert.InRange(Done(), 30, 30 + (Kills * AtOnce));
    }
}
