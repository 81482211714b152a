using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TTame.Testing;

namespace Compat.Functions.Tests;

/// <summary>Queue, timer and HTTP triggers, the admin endpoints and keys.</summary>
[Collection(nameof(FunctionsCollection))]
[Trait("Kind", "Protocol")]
public class OtherTriggerTests(AzuriteFixture azurite)
{
    [SkippableFact]
    public async Task Queue_Messages_ArriveAsTheyWereSent()
    {
        var place = new TestPlace(azurite);
        await using var host = await TestHost.StartAsync(place, ["Message"]);
        await Until.TrueAsync(async () => await place.Queue(place.Inbox).ExistsAsync(), "the queue");
        await place.Queue(place.Inbox).SendMessageAsync("hello");
        await host.Seen.UntilAsync(1);

        Assert.Equal(["1:hello"], host.Seen.Lines);
    }

    [SkippableFact]
    public async Task Queue_JsonMessage_BindsToARecordAndItsId()
    {
        var place = new TestPlace(azurite);
        await place.Queue(place.Inbox).CreateAsync();
        await place.Queue(place.Inbox).SendMessageAsync("""{"id": 7, "count": 2}""");
        await using var host = await TestHost.StartAsync(place, ["Order"]);
        await host.Seen.UntilAsync(1);

        Assert.Equal(["7 2 36"], host.Seen.Lines);
    }

    [SkippableFact]
    public async Task Queue_FunctionThatAlwaysFails_FiveRunsThenPoison()
    {
        var place = new TestPlace(azurite);
        await place.Queue(place.Inbox).CreateAsync();
        await place.Queue(place.Inbox).SendMessageAsync("bad");
        await using var host = await TestHost.StartAsync(place, ["Refuses"]);
        var poison = place.Queue($"{place.Inbox}-poison");
        await Until.TrueAsync(async () => await poison.ExistsAsync() && (await poison.PeekMessageAsync()).Value is not null, "the poison message");

        Assert.Equal(5, host.Seen.Lines.Length);
        Assert.Equal("bad", (await poison.PeekMessageAsync()).Value.Body.ToString());
    }

    [SkippableFact]
    public async Task Timer_EverySecond_FiresAtTheStartAndOnTime()
    {
        var place = new TestPlace(azurite) { More = { ["Every"] = "* * * * * *" } };
        await using var host = await TestHost.StartAsync(place, ["Tick"]);
        await host.Seen.UntilAsync(3);

        Assert.Equal("past due False", host.Seen.Lines[0]);
    }

    [SkippableFact]
    public async Task Timer_MissedWhileTheHostWasAway_IsPastDue()
    {
        var place = new TestPlace(azurite) { More = { ["Every"] = "* * * * * *" } };
        await using (var first = await TestHost.StartAsync(place, ["Late"])) await first.Seen.UntilAsync(1);
        await Task.Delay(2500);
        await using var second = await TestHost.StartAsync(place, ["Late"]);
        await second.Seen.UntilAsync(1);

        Assert.Equal("past due True", second.Seen.Lines[0]);
    }

    [SkippableFact]
    public async Task Http_RoutesMethodsAndFailures_HaveTheHostsStatuses()
    {
        await using var host = await TestHost.StartAsync(new TestPlace(azurite), ["Hello", "Open", "Throws"]);
        var hello = await host.Http.GetFromJsonAsync<JsonElement>("/api/hello/world");
        using var open = await host.Http.PostAsync("/api/Open", null);
        using var home = await host.Http.GetAsync("/");

        Assert.Equal("world", hello.GetProperty("hello").GetString());
        Assert.Equal(HttpStatusCode.Created, open.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync("/api/Open")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync("/api/nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, (await host.Http.GetAsync("/api/Throws")).StatusCode);
        Assert.Contains("Your Functions 4.0 app is up and running", await home.Content.ReadAsStringAsync());
    }

    [SkippableFact]
    public async Task Http_DisabledFunction_IsNotFound()
    {
        var place = new TestPlace(azurite) { More = { ["AzureWebJobs_Hello_Disabled"] = "1" } };
        await using var host = await TestHost.StartAsync(place, ["Hello", "Open"]);

        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync("/api/hello/world")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await host.Http.PostAsync("/api/Open", null)).StatusCode);
    }

    [SkippableFact]
    public async Task Fault15_KeysEnforced_OpenByFunctionHostAndMasterKeyOnly()
    {
        var place = new TestPlace(azurite) { More = { ["FunctionKeys:Hello"] = "own", ["FunctionKeys:host"] = "all", ["FunctionKeys:master"] = "top" } };
        await using var host = await TestHost.StartAsync(place, ["Hello", "Open"], with: s => s with { EnableAuth = true });
        async Task<HttpStatusCode> Ask(string path) => (await host.Http.GetAsync(path)).StatusCode;

        Assert.Equal(HttpStatusCode.Unauthorized, await Ask("/api/hello"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask("/api/hello?code=wrong"));
        Assert.Equal(HttpStatusCode.OK, await Ask("/api/hello?code=own"));
        Assert.Equal(HttpStatusCode.OK, await Ask("/api/hello?code=all"));
        Assert.Equal(HttpStatusCode.OK, await Ask("/api/hello?code=top"));
        Assert.Equal(HttpStatusCode.Created, (await host.Http.PostAsync("/api/Open", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask("/admin/host/status?code=all"));
        Assert.Equal(HttpStatusCode.OK, await Ask("/admin/host/status?code=top"));
        using var wins = new HttpRequestMessage(HttpMethod.Get, "/api/hello?code=own") { Headers = { { "x-functions-key", "wrong" } } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.SendAsync(wins)).StatusCode);
    }

    [SkippableFact]
    public async Task Admin_RunByHand_BlobQueueAndRefusals()
    {
        var place = new TestPlace(azurite);
        await using var host = await TestHost.StartAsync(place, ["Text", "Message"], with: s => s with { Scan = TimeSpan.FromMinutes(10) });
        await Task.Delay(500);
        await place.PutAsync("a", "1");
        async Task<HttpStatusCode> Run(string name, string input) => (await host.Http.PostAsJsonAsync($"/admin/functions/{name}", new { input })).StatusCode;

        Assert.Equal(HttpStatusCode.Accepted, await Run("Text", $"{place.Box}/a"));
        await host.Seen.UntilAsync(1);
        Assert.Equal(HttpStatusCode.Accepted, await Run("Message", "by hand"));
        await host.Seen.UntilAsync(2);
        Assert.Equal(["a=1", "1:by hand"], host.Seen.Lines);
        Assert.Equal(HttpStatusCode.NotFound, await Run("Nobody", ""));
        Assert.Equal(HttpStatusCode.BadRequest, await Run("Text", $"{place.Box}/none"));
        var names = (await host.Http.GetFromJsonAsync<JsonElement>("/admin/functions")).EnumerateArray().Select(f => f.GetProperty("name").GetString());
        Assert.Equal(["Message", "Text"], names.Order());
        Assert.Equal("Running", (await host.Http.GetFromJsonAsync<JsonElement>("/admin/host/status")).GetProperty("state").GetString());
    }
}
