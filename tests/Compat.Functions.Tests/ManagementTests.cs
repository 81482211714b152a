using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TTame.Testing;

namespace Compat.Functions.Tests;

/// <summary>The durable management API over HTTP, and the hub on a real Azurite.</summary>
[Collection(nameof(FunctionsCollection))]
[Trait("Kind", "Protocol")]
public class ManagementTests(AzuriteFixture azurite)
{
    private const string Root = "/runtime/webhooks/durabletask";
    private static readonly string[] Functions = ["Chain", "Listens", "Failing", "FanOut", "Big", "Echo", "Breaks", "Square"];

    private Task<TestHost> StartAsync(TestPlace place, Func<LocalFunctionsHost.Settings.HostSettings, LocalFunctionsHost.Settings.HostSettings>? with = null)
        => TestHost.StartAsync(place, Functions, new() { ["extensions:durableTask:hubName"] = $"h{place.Id}" }, with);

    private static async Task<JsonElement> EndAsync(TestHost host, string id)
    {
        JsonElement json = default;
        await Until.TrueAsync(async () => (json = await host.Http.GetFromJsonAsync<JsonElement>($"{Root}/instances/{id}")).GetProperty("runtimeStatus").GetString() is "Completed" or "Failed" or "Terminated", "the end", seconds: 120);
        return json;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    [SkippableFact]
    public async Task Start_ThenStatus_PayloadAndHeadersAreTheExtensions()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        using var started = await host.Http.PostAsync($"{Root}/orchestrators/Listens/one", Json("\"in\""));
        var payload = await started.Content.ReadFromJsonAsync<JsonElement>();
        using var running = await host.Http.GetAsync($"{Root}/instances/one");
        var status = await running.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.Equal("10", started.Headers.RetryAfter!.ToString());
        Assert.Equal(
            ["id", "statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri", "restartPostUri", "suspendPostUri", "resumePostUri"], payload.EnumerateObject().Select(p => p.Name));
        Assert.Equal(payload.GetProperty("statusQueryGetUri").GetString(), started.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.Equal("5", running.Headers.RetryAfter!.ToString());
        Assert.Equal(["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime"], status.EnumerateObject().Select(p => p.Name));
        Assert.Equal("in", status.GetProperty("input").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", status.GetProperty("createdTime").GetString());
    }

    [SkippableFact]
    public async Task Events_RaisedSuspendedResumed_AnswersAndEnd()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        await host.Http.PostAsync($"{Root}/orchestrators/Listens/e", null);
        async Task<HttpStatusCode> Post(string rest, HttpContent? content = null) => (await host.Http.PostAsync($"{Root}/instances/{rest}", content)).StatusCode;
        await Until.TrueAsync(async () => (await host.Http.GetFromJsonAsync<JsonElement>($"{Root}/instances/e")).GetProperty("runtimeStatus").GetString() == "Running", "the start");

        Assert.Equal(HttpStatusCode.BadRequest, await Post("e/raiseEvent/word", new StringContent("\"a\"", Encoding.UTF8, "text/plain")));
        Assert.Equal(HttpStatusCode.BadRequest, await Post("e/raiseEvent/word", Json("{")));
        Assert.Equal(HttpStatusCode.Accepted, await Post("e/suspend?reason=wait"));
        Assert.Equal(HttpStatusCode.InternalServerError, await Post("e/suspend?reason=wait"));
        Assert.Equal(HttpStatusCode.Accepted, await Post("e/raiseEvent/word", Json("\"a\"")));
        Assert.Equal(HttpStatusCode.Accepted, await Post("e/resume?reason=on"));
        Assert.Equal(HttpStatusCode.Accepted, await Post("e/raiseEvent/word", Json("\"b\"")));
        var end = await EndAsync(host, "e");
        Assert.Equal("ab", end.GetProperty("output").GetString());
        Assert.Equal(HttpStatusCode.Gone, await Post("e/raiseEvent/word", Json("\"c\"")));
        Assert.Equal(HttpStatusCode.Gone, await Post("e/terminate?reason=x"));
        Assert.Equal(HttpStatusCode.NotFound, await Post("nobody/terminate?reason=x"));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync($"{Root}/instances/nobody")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.PostAsync($"{Root}/orchestrators/Nowhere", null)).StatusCode);
    }

    [SkippableFact]
    public async Task Terminate_WithReason_IsTheOutput()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        await host.Http.PostAsync($"{Root}/orchestrators/Listens/t", null);
        await host.Http.PostAsync($"{Root}/instances/t/terminate?reason=enough", null);
        var end = await EndAsync(host, "t");

        Assert.Equal("Terminated", end.GetProperty("runtimeStatus").GetString());
        Assert.Equal("enough", end.GetProperty("output").GetString());
    }

    [SkippableFact]
    public async Task Failed_Status_Is200Or500AndOutputIsText()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        await host.Http.PostAsync($"{Root}/orchestrators/Failing/f", null);
        var end = await EndAsync(host, "f");

        Assert.StartsWith("Microsoft.DurableTask.TaskFailedException: Task 'Breaks' (#0) failed", end.GetProperty("output").GetString());
        Assert.Equal(HttpStatusCode.InternalServerError, (await host.Http.GetAsync($"{Root}/instances/f?returnInternalServerErrorOnFailure=true")).StatusCode);
    }

    [SkippableFact]
    public async Task History_Shown_StepsWithTheirResults()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        await host.Http.PostAsync($"{Root}/orchestrators/Chain/h", Json("2"));
        await EndAsync(host, "h");
        var json = await host.Http.GetFromJsonAsync<JsonElement>($"{Root}/instances/h?showHistory=true&showHistoryOutput=true");
        var events = json.GetProperty("historyEvents").EnumerateArray().ToList();

        Assert.Equal(["ExecutionStarted", "TaskCompleted", "TaskCompleted", "ExecutionCompleted"], events.Select(e => e.GetProperty("EventType").GetString()));
        Assert.Equal("1", events[2].GetProperty("Result").GetString());
        Assert.Equal("Echo", events[2].GetProperty("FunctionName").GetString());
    }

    [SkippableFact]
    public async Task List_Paged_ThenPurged()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        for (int i = 0; i < 3; i++)
        {
            await host.Http.PostAsync($"{Root}/orchestrators/Chain/p{i}", Json("0"));
            await EndAsync(host, $"p{i}");
        }

        using var first = await host.Http.GetAsync($"{Root}/instances?top=2&instanceIdPrefix=p");
        string token = first.Headers.GetValues("x-ms-continuation-token").Single();
        using var ask = new HttpRequestMessage(HttpMethod.Get, $"{Root}/instances?top=2&instanceIdPrefix=p") { Headers = { { "x-ms-continuation-token", token } } };
        using var second = await host.Http.SendAsync(ask);
        using var purged = await host.Http.DeleteAsync($"{Root}/instances/p0");
        using var many = await host.Http.DeleteAsync($"{Root}/instances?createdTimeFrom=2020-01-01T00:00:00Z&runtimeStatus=Completed");

        Assert.Equal(2, (await first.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength());
        Assert.Equal("p2", (await second.Content.ReadFromJsonAsync<JsonElement>())[0].GetProperty("instanceId").GetString());
        Assert.False(second.Headers.Contains("x-ms-continuation-token"));
        Assert.Equal("{\"instancesDeleted\":1}", await purged.Content.ReadAsStringAsync());
        Assert.Equal("{\"instancesDeleted\":2}", await many.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync($"{Root}/instances/p0")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.DeleteAsync($"{Root}/instances")).StatusCode);
    }

    [SkippableFact]
    public async Task Fault15_KeysEnforced_OnlyTheSystemKeyOpens()
    {
        var place = new TestPlace(azurite) { More = { ["FunctionKeys:durabletask_extension"] = "secret" } };
        await using var host = await StartAsync(place, s => s with { EnableAuth = true });

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.PostAsync($"{Root}/orchestrators/Chain/k", Json("0"))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await host.Http.PostAsync($"{Root}/orchestrators/Chain/k?code=secret", Json("0"))).StatusCode);
    }

    [SkippableFact]
    public async Task Payload_AboveTheLimit_LiesInABlobAndSurvivesARestart()
    {
        var place = new TestPlace(azurite);
        string text = JsonSerializer.Serialize(new string('x', 100_000));
        await using (var first = await StartAsync(place))
        {
            await first.Http.PostAsync($"{Root}/orchestrators/Big/b", Json(text));
            await first.Seen.UntilAsync(1);
            await Task.Delay(500);
        }

        int spilled = 0;
        await foreach (var _ in place.Blobs.GetBlobContainerClient($"h{place.Id}-largemessages").GetBlobsAsync()) spilled++;
        await using var second = await StartAsync(place);
        await second.Http.PostAsync($"{Root}/instances/b/raiseEvent/go", Json("\"x\""));
        var end = await EndAsync(second, "b");

        Assert.Equal(200_000, end.GetProperty("output").GetInt32());
        Assert.True(spilled >= 3, $"{spilled} payload blobs: the input, the activity's input and its result");
        Assert.Empty(second.Seen.Lines);
    }

    [SkippableFact]
    public async Task FanOut_AThousandActivitiesOnStorage_Complete()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        await host.Http.PostAsync($"{Root}/orchestrators/FanOut/w", Json("1000"));
        var end = await EndAsync(host, "w");

        Assert.Equal(Enumerable.Range(0, 1000).Sum(i => (long)i * i), end.GetProperty("output").GetInt64());
    }

    [SkippableFact]
    public async Task Activities_SideBySide_AtMostAsManyAsHostJsonSays()
    {
        var place = new TestPlace(azurite);
        await using var host = await TestHost.StartAsync(
            place, ["Crowd", "Waits"], new() { ["extensions:durableTask:hubName"] = $"h{place.Id}", ["extensions:durableTask:maxConcurrentActivityFunctions"] = "2" });
        await host.Http.PostAsync($"{Root}/orchestrators/Crowd/c", Json("7"));
        await EndAsync(host, "c");

        Assert.Equal((7, 2), (host.Seen.Lines.Length, host.Seen.MostAtOnce));
    }

    [SkippableFact]
    public async Task CheckStatus_OfTheWorkersHelper_NamesAndAddressesAreTheWorkers()
    {
        var place = new TestPlace(azurite);
        await using var host = await TestHost.StartAsync(place, ["Begins", "Chain", "Echo"], new() { ["extensions:durableTask:hubName"] = $"h{place.Id}" });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/Begins?id=an%20id") { Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-Host", "front.example" } } };
        using var answer = await host.Http.SendAsync(request);
        var payload = await answer.Content.ReadFromJsonAsync<JsonElement>();
        const string instance = "https://front.example/runtime/webhooks/durabletask/instances/an%20id";

        Assert.Equal((HttpStatusCode.Accepted, instance, "application/json"), (answer.StatusCode, answer.Headers.GetValues("Location").Single(), answer.Content.Headers.ContentType!.MediaType));
        Assert.Null(answer.Headers.RetryAfter);
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["Id"] = "an id",
                ["StatusQueryGetUri"] = instance,
                ["SendEventPostUri"] = instance + "/raiseEvent/{eventName}",
                ["TerminatePostUri"] = instance + "/terminate?reason={{text}}",
                ["RewindPostUri"] = null,
                ["PurgeHistoryDeleteUri"] = instance,
                ["RestartPostUri"] = null,
                ["SuspendPostUri"] = instance + "/suspend?reason={{text}}",
                ["ResumePostUri"] = instance + "/resume?reason={{text}}",
            },
            payload.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()));
    }

    [SkippableFact]
    public async Task Fault51_Start_BodyThatIsNoJson_IsRefusedAndNothingStarts()
    {
        await using var host = await StartAsync(new TestPlace(azurite));

        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.PostAsync($"{Root}/orchestrators/Chain/j", Json("{"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.PostAsync($"{Root}/orchestrators/Chain/%23j", Json("1"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync($"{Root}/instances/j")).StatusCode);
    }

    [SkippableFact]
    public async Task AnyOtherMethodOrPath_IsNotFound()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        async Task<HttpStatusCode> Ask(HttpMethod method, string path) => (await host.Http.SendAsync(new HttpRequestMessage(method, Root + path))).StatusCode;

        Assert.Equal(HttpStatusCode.NotFound, await Ask(HttpMethod.Put, "/instances/x"));
        Assert.Equal(HttpStatusCode.NotFound, await Ask(HttpMethod.Post, "/instances"));
        Assert.Equal(HttpStatusCode.NotFound, await Ask(HttpMethod.Get, "/instances/x/terminate"));
        Assert.Equal(HttpStatusCode.NotFound, await Ask(HttpMethod.Get, "/entities/counter"));
        Assert.Equal(HttpStatusCode.OK, await Ask(HttpMethod.Get, "/instances"));
    }

    [SkippableFact]
    public async Task Rewind_OfAnyInstance_AnswersAsTheExtensionDoes()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        async Task<HttpStatusCode> Rewind(string id) => (await host.Http.PostAsync($"{Root}/instances/{id}/rewind?reason=mended", null)).StatusCode;
        await host.Http.PostAsync($"{Root}/orchestrators/Chain/done", Json("0"));
        await host.Http.PostAsync($"{Root}/orchestrators/Failing/failed", null);
        await EndAsync(host, "done");
        await EndAsync(host, "failed");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Gone, HttpStatusCode.Accepted), (await Rewind("nobody"), await Rewind("done"), await Rewind("failed")));
        // Its activity is broken for good: it ran again and failed again, and the history tells of it.
        Assert.Equal("Failed", (await EndAsync(host, "failed")).GetProperty("runtimeStatus").GetString());
        var json = await host.Http.GetFromJsonAsync<JsonElement>($"{Root}/instances/failed?showHistory=true");
        Assert.Equal(
            ["ExecutionStarted", "TaskFailed", "ExecutionCompleted", "ExecutionRewound", "TaskFailed", "ExecutionCompleted"],
            json.GetProperty("historyEvents").EnumerateArray().Select(e => e.GetProperty("EventType").GetString()));
    }

    [SkippableFact]
    public async Task Restart_OfAnEndedInstance_RunsAgainUnderTheSameOrANewId()
    {
        await using var host = await StartAsync(new TestPlace(azurite));
        await host.Http.PostAsync($"{Root}/orchestrators/Chain/r", Json("2"));
        await EndAsync(host, "r");
        using var same = await host.Http.PostAsync($"{Root}/instances/r/restart?restartWithNewInstanceId=false", null);
        await EndAsync(host, "r");
        using var other = await host.Http.PostAsync($"{Root}/instances/r/restart", null);
        string id = (await other.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        var end = await EndAsync(host, id);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted, "01"), (same.StatusCode, other.StatusCode, end.GetProperty("output").GetString()));
        Assert.NotEqual("r", id);
        Assert.Equal(6, host.Seen.Lines.Length);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.PostAsync($"{Root}/instances/nobody/restart", null)).StatusCode);
    }
}
