using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>The command line against a running service: what the user types and what the user sees.</summary>
[Trait("Kind", "Protocol")]
public class CliRemoteTests(AzuriteFixture azurite, ToyModels models) : IClassFixture<AzuriteFixture>, IClassFixture<ToyModels>
{
    private const int Done = 0, Failed = 1, Usage = 2, Machine = 4;
    private static readonly (string, string)[] Toy = [("Model", ToyModels.Name), ("InputPrefix", "nothing/")];

    [SkippableFact]
    public async Task TrainEvaluateAndRuns_AgainstAService_ShowWhatHappensAndWhatCameOut()
    {
        await UploadAsync();
        using var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path, Toy);
        string url = service.Http.BaseAddress!.ToString();

        var trained = await CliProcess.RunAsync("train", "--remote", url, "--images", "photos/cli/", "--name", "mine", "--id", "cli", "--recipe", "paper", "--epochs", "2", "--batch", "4", "--max-lr", "0.01");
        Assert.True(trained.Code == Done, trained.Err);
        string[] lines = trained.Out.Split('\n', 2);
        Assert.Equal("cli", lines[0]);
        var result = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal("mine", result.GetProperty("model").GetString());
        Assert.Contains("trial 1: step 10 of 10, epoch 2 of 2: loss ", trained.Err);
        Assert.Contains("mine is published: trial 1 after epoch 2, AD − IC ", trained.Err);
        Assert.Matches(@"test list: 3 images, 0 skipped, 0 lost; AD [\d.]+ IC [\d.]+ at 100 %", trained.Err);

        var listed = await CliProcess.RunAsync("runs", "--remote", url);
        Assert.Equal(Done, listed.Code);
        Assert.Matches(@"│ cli +│ train +│ Completed +│ done +│ \d{4}-\d\d-\d\d", listed.Out);

        var shown = await CliProcess.RunAsync("runs", "cli", "--remote", url);
        Assert.Equal("Completed", JsonDocument.Parse(shown.Out).RootElement.GetProperty("summary").GetProperty("status").GetString());

        var followed = await CliProcess.RunAsync("runs", "cli", "--follow", "--remote", url + "api");
        Assert.Equal(lines[1], followed.Out);
        Assert.Equal(Done, followed.Code);

        var evaluated = await CliProcess.RunAsync("evaluate", "--remote", url, "--images", "photos/cli/", "--model", "mine", "--explainers", "t-tame,grad-cam", "--shares", "100,15", "--id", "measured");
        Assert.True(evaluated.Code == Done, evaluated.Err);
        Assert.Matches(@"mine: 24 images, 0 skipped, 0 lost; AD [\d.]+ IC [\d.]+ at 100 %, AD [\d.]+ IC [\d.]+ at 15 %", evaluated.Err);
        var report = await service.Http.GetFromJsonAsync<JsonElement>("api/runs/measured/report");
        Assert.Equal(2 * 2 * 2, report.GetProperty("models")[0].GetProperty("rows").GetArrayLength());

        await RefusalsAsync(url);
    }

    [SkippableFact]
    public async Task Runs_NoServiceThere_SaysSoAndHowToStartOne()
    {
        var away = await CliProcess.RunAsync("runs", "--remote", "http://127.0.0.1:9");
        Assert.Equal(Machine, away.Code);
        Assert.Contains("No service answers at http://127.0.0.1:9/", away.Err);
        Assert.Contains("./ttame host", away.Err);
    }

    [SkippableFact]
    public async Task Fault51_Service_KeysEnforced_AnswersOnlyToItsKey()
    {
        await UploadAsync();
        using var service = await ServiceProcess.StartAsync(azurite.ConnectionString, models.Path, ["--enableAuth"], [.. Toy, ("FunctionKeys:host", "secret")]);
        string url = service.Http.BaseAddress!.ToString();

        object body = new { images = new { container = "photos", prefix = "cli/" } };
        foreach (string route in new[] { "api/train", "api/evaluate", "api/models/toy/default", "api/models/toy/rollback" })
            Assert.Equal((route, HttpStatusCode.Unauthorized), (route, (await service.Http.PostAsJsonAsync(route, body)).StatusCode));
        foreach (string route in new[] { "api/runs", "api/runs/x", "api/runs/x/report", "api/ui/runs", "api/models", "api/status", "runtime/webhooks/durabletask/instances" })
            Assert.Equal((route, HttpStatusCode.Unauthorized), (route, (await service.Http.GetAsync(route)).StatusCode));
        // The platform's probes have no key.
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("api/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("api/runs?code=secret")).StatusCode);

        var without = await CliProcess.RunAsync("runs", "--remote", url);
        Assert.Equal(Usage, without.Code);
        Assert.Contains("The service wants a key. Give --key, or set TTAME_KEY.", without.Err);
        Assert.Equal(Done, (await CliProcess.RunAsync("runs", "--remote", url, "--key", "secret")).Code);
        Assert.Equal(0, (await service.Http.GetFromJsonAsync<JsonElement>("api/runs?code=secret")).GetArrayLength());
    }

    private static async Task RefusalsAsync(string url)
    {
        var unknown = await CliProcess.RunAsync("runs", "nobody", "--remote", url);
        Assert.Equal(Usage, unknown.Code);
        Assert.Contains("no_run: There is no run 'nobody'.", unknown.Err);

        var other = await CliProcess.RunAsync("train", "--remote", url, "--images", "photos/cli/", "--id", "cli", "--epochs", "3");
        Assert.Equal(Usage, other.Code);
        Assert.Contains("run_exists", other.Err);

        var nowhere = await CliProcess.RunAsync("evaluate", "--remote", url, "--images", "no-such-box/");
        Assert.Equal(Usage, nowhere.Code);
        Assert.Contains("There is no container 'no-such-box'. Create it", nowhere.Err);

        var empty = await CliProcess.RunAsync("train", "--remote", url, "--images", "photos/no-such-prefix/", "--id", "empty");
        Assert.Equal(Failed, empty.Code);
        Assert.Contains("Failed. 0 images are too few for ", empty.Err);
        Assert.DoesNotContain("Parameter", empty.Err);

        var local = await CliProcess.RunAsync("train", "--remote", url, "--images", "photos/cli/", "--every", "2");
        Assert.Equal(Usage, local.Code);
        Assert.Contains("--every acts on this machine", local.Err);

        Assert.Equal(Usage, (await CliProcess.RunAsync("runs", "--follow", "--remote", url)).Code);
    }

    private async Task UploadAsync()
    {
        var photos = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient("photos");
        await photos.CreateIfNotExistsAsync();
        for (int i = 0; i < 24; i++) await photos.GetBlobClient($"cli/{i:00}.png").UploadAsync(new BinaryData(ToyModels.Picture(i)), overwrite: true);
    }
}
