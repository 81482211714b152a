using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using LocalFunctionsHost.Blobs;
using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using TTame.Testing;

namespace Compat.Functions.Tests;

/// <summary>The blob trigger on a real Azurite.</summary>
[Collection(nameof(FunctionsCollection))]
[Trait("Kind", "Protocol")]
public class BlobTriggerTests(AzuriteFixture azurite)
{
    private const string PoisonQueue = "webjobs-blobtrigger-poison";

    [SkippableFact]
    public async Task Trigger_BlobsBeforeAndAfterTheStart_RunOnceEach()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("early/a", "1");
        await using var host = await TestHost.StartAsync(place, ["Text"]);
        await host.Seen.UntilAsync(1);
        await place.PutAsync("late b", "2");
        await host.Seen.UntilAsync(2);
        await Task.Delay(1000);

        Assert.Equal(["early/a=1", "late b=2"], host.Seen.Lines);
    }

    [SkippableFact]
    public async Task Trigger_BlobOverwritten_RunsAgain()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("a", "1");
        await using var host = await TestHost.StartAsync(place, ["Text"]);
        await host.Seen.UntilAsync(1);
        await place.PutAsync("a", "2");
        await host.Seen.UntilAsync(2);

        Assert.Equal(["a=1", "a=2"], host.Seen.Lines);
    }

    [SkippableFact]
    public async Task Trigger_ContainerThatComesLater_IsPickedUp()
    {
        var place = new TestPlace(azurite);
        await using var host = await TestHost.StartAsync(place, ["Text"]);
        await Task.Delay(600);
        await place.PutAsync("a", "1");
        await host.Seen.UntilAsync(1);

        Assert.Equal(["a=1"], host.Seen.Lines);
    }

    [SkippableFact]
    public async Task Trigger_PathWithTokens_BindsThemAndTheClient()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("in/x/y.tar.gz", "z");
        await place.PutAsync("elsewhere/n.gz", "no");
        await using var host = await TestHost.StartAsync(place, ["Client"]);
        await host.Seen.UntilAsync(1);
        await Task.Delay(500);

        Assert.Equal([$"x/y.tar|gz|z|{place.Box}/in/x/y.tar.gz"], host.Seen.Lines);
    }

    [SkippableFact]
    public async Task Trigger_TwoFunctionsOnOneContainer_BothRun()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("a", "123");
        await using var host = await TestHost.StartAsync(place, ["Text", "Bytes"]);
        await host.Seen.UntilAsync(2);

        Assert.Equal(["a=123", "a=3"], host.Seen.Lines.Order());
    }

    [SkippableFact]
    public async Task Fault8_Trigger_FunctionThatAlwaysFails_FiveRunsThenPoison()
    {
        var place = new TestPlace(azurite);
        await place.Queue(PoisonQueue).CreateIfNotExistsAsync();
        await place.Queue(PoisonQueue).ClearMessagesAsync();
        await place.PutAsync("x", "bad");
        await place.PutAsync("y", "good");
        await using var host = await TestHost.StartAsync(place, ["Fails"]);
        await host.Seen.UntilAsync(6);
        await Until.TrueAsync(async () => (await place.Queue(PoisonQueue).GetPropertiesAsync()).Value.ApproximateMessagesCount == 1, "the poison message");
        await Task.Delay(500);
        var message = (await place.Queue(PoisonQueue).ReceiveMessageAsync()).Value;
        using var json = JsonDocument.Parse(message.Body);
        var eTag = (await place.Container.GetBlobClient("x").GetPropertiesAsync()).Value.ETag;

        Assert.Equal(5, host.Seen.Lines.Count(l => l == "x"));
        Assert.Equal(1, host.Seen.Lines.Count(l => l == "y"));
        Assert.Equal(["Type", "FunctionId", "BlobType", "ContainerName", "BlobName", "ETag"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ["BlobTrigger", "Host.Functions.Fails", "BlockBlob", place.Box, "x", eTag.ToString("H")],
            json.RootElement.EnumerateObject().Select(p => p.Value.GetString()));
        Assert.Contains("\n", message.Body.ToString());
    }

    [SkippableFact]
    public async Task Fault4_Trigger_BlobDeletedBeforeItsRun_IsDropped()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("first", "x");
        await place.PutAsync("gone", "x");
        await using var host = await TestHost.StartAsync(place, ["Slow"], new() { ["extensions:blobs:maxDegreeOfParallelism"] = "1" });
        await Until.TrueAsync(() => host.Seen.MostAtOnce == 1, "the first run");
        await place.Container.DeleteBlobAsync("gone");
        await Task.Delay(1500);

        Assert.True(host.Seen.Lines.Length is 1, string.Join(',', host.Seen.Lines));
    }

    [SkippableFact]
    public async Task Fault10_Trigger_BlobsWhileTheHostWasAway_AreFoundAndNothingIsRepeated()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("a", "1");
        await using (var first = await TestHost.StartAsync(place, ["Text"]))
        {
            await first.Seen.UntilAsync(1);
            await Task.Delay(600);
        }

        await place.PutAsync("b", "2");
        await using var second = await TestHost.StartAsync(place, ["Text"]);
        await second.Seen.UntilAsync(1);
        await Task.Delay(600);
        List<string> receipts = [];
        List<string> scans = [];
        await foreach (var blob in place.Blobs.GetBlobContainerClient("azure-webjobs-hosts").GetBlobsAsync(BlobTraits.Metadata))
        {
            if (blob.Name.StartsWith($"blobreceipts/{place.HostId}/Host.Functions.Text/", StringComparison.Ordinal) && blob.Metadata.Count == 0) receipts.Add(blob.Name.Split('/')[^1]);
            if (blob.Name.StartsWith($"blobscaninfo/{place.HostId}/", StringComparison.Ordinal)) scans.Add(blob.Name);
        }

        Assert.Equal(["b=2"], second.Seen.Lines);
        Assert.Equal(["a", "b"], receipts.Order());
        Assert.Equal([$"blobscaninfo/{place.HostId}/devstoreaccount1/{place.Box}/scanInfo"], scans);
    }

    [SkippableFact]
    public async Task Fault9_Trigger_MoreBlobsThanPlaces_WaitInTheQueueAndNoneIsDropped()
    {
        var place = new TestPlace(azurite);
        for (int i = 0; i < 12; i++) await place.PutAsync($"n{i}", "x");
        await using var host = await TestHost.StartAsync(place, ["Slow"], new() { ["extensions:blobs:maxDegreeOfParallelism"] = "3" });
        await host.Seen.UntilAsync(12);

        Assert.Equal(3, host.Seen.MostAtOnce);
        Assert.Equal(12, host.Seen.Lines.Distinct().Count());
    }

    [SkippableFact]
    public async Task Trigger_StopWhileItRuns_TheRunEndsFirst()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("a", "1");
        await using var host = await TestHost.StartAsync(place, ["Held"]);
        await host.Seen.UntilAsync(1);
        await host.StopAsync();

        Assert.Equal(["begin a", "end a"], host.Seen.Lines);
    }

    [SkippableFact]
    public async Task Output_TextOrNull_WrittenOrNot()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("in/a", "loud");
        await place.PutAsync("in/b", "");
        await using var host = await TestHost.StartAsync(place, ["Shout"]);
        await Until.TrueAsync(async () => await place.Container.GetBlobClient("out/a").ExistsAsync(), "out/a");
        await Task.Delay(500);

        Assert.Equal("LOUD", (await place.Container.GetBlobClient("out/a").DownloadContentAsync()).Value.Content.ToString());
        Assert.False(await place.Container.GetBlobClient("out/b").ExistsAsync());
    }

    [SkippableFact]
    public async Task Trigger_DisabledFunction_DoesNotRun()
    {
        var place = new TestPlace(azurite) { More = { ["AzureWebJobs.Text.Disabled"] = "true" } };
        await place.PutAsync("a", "1");
        await using var host = await TestHost.StartAsync(place, ["Text", "Bytes"]);
        await host.Seen.UntilAsync(1);
        await Task.Delay(500);

        Assert.Equal(["a=1"], host.Seen.Lines);
    }

    [SkippableFact]
    public async Task Fault11_Scan_MoreThanOnePollHolds_EachIsSentOnceAndNoneIsPassedOver()
    {
        var place = new TestPlace(azurite);
        for (int i = 0; i < 25; i++) await place.PutAsync($"n{i:00}", "x");
        var scanner = await ScannerAsync(place, mostPerPoll: 10);
        List<int> sent = [await scanner.PollAsync(default)];
        // Written where the listing has been already, and older than what it finds at its end.
        await place.PutAsync("a", "x");
        await Task.Delay(1100);
        await place.PutAsync("z", "x");
        for (int poll = 0; poll < 5; poll++) sent.Add(await scanner.PollAsync(default));
        List<string> names = [];
        while ((await place.Queue(place.Inbox).ReceiveMessagesAsync(32)).Value is { Length: > 0 } messages) names.AddRange(messages.Select(m => BlobMessage.Parse(m.Body.ToString())!.BlobName));

        Assert.Equal([10, 10, 6], sent.Take(3));
        Assert.Equal(["a", .. Enumerable.Range(0, 25).Select(i => $"n{i:00}"), "z"], names.Order(StringComparer.Ordinal));
    }

    private static async Task<BlobScanner> ScannerAsync(TestPlace place, int mostPerPoll)
    {
        var settings = new HostSettings { ScriptRoot = AppContext.BaseDirectory, HostJson = new ConfigurationBuilder().Build(), Functions = ["Text"] };
        var function = FunctionCatalogue.Of(typeof(TestFunctions).Assembly, settings, settings.HostJson).Find("Text")!;
        var hosts = place.Blobs.GetBlobContainerClient("azure-webjobs-hosts");
        await hosts.CreateIfNotExistsAsync();
        await place.Queue(place.Inbox).CreateAsync();
        return new BlobScanner([new(function, BlobPath.Parse($"{place.Box}/{{name}}"), place.Blobs)], hosts, place.HostId, place.Queue(place.Inbox), NullLogger.Instance, mostPerPoll);
    }

    public static TheoryData<string> StrangeNames => new(
        "a#b", "100%25", "100%", "what?", "with space", "plus+plus", "caf\u00e9", "cafe\u0301", "dot.", "{brace}", "a'b\"c", "\u56fe/\ud83d\ude00.png",
        string.Join('/', Enumerable.Range(0, 20)), new string('x', 1000), new string('n', 511) + "/" + new string('m', 512));

    [SkippableTheory]
    [MemberData(nameof(StrangeNames))]
    public async Task Fault13_StrangeName_ArrivesAsItIs(string name)
    {
        var place = new TestPlace(azurite);
        await place.PutAsync(name, "1");
        await using var host = await TestHost.StartAsync(place, ["Text"]);
        await host.Seen.UntilAsync(1);

        Assert.Equal([$"{name}=1"], host.Seen.Lines, StringComparer.Ordinal);
        Assert.Equal(Encoding.UTF8.GetBytes(name + "=1"), Encoding.UTF8.GetBytes(host.Seen.Lines[0]));
    }

    [SkippableFact]
    public async Task Fault13_NamesThatDifferByCase_AreTwoBlobs()
    {
        var place = new TestPlace(azurite);
        await place.PutAsync("Cat.png", "1");
        await place.PutAsync("cat.PNG", "2");
        await using var host = await TestHost.StartAsync(place, ["Text"]);
        await host.Seen.UntilAsync(2);

        Assert.Equal(["Cat.png=1", "cat.PNG=2"], host.Seen.Lines.Order(StringComparer.Ordinal));
    }
}
