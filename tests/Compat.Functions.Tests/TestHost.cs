using System.Collections.Concurrent;
using System.Reflection;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LocalFunctionsHost;
using LocalFunctionsHost.Http;
using LocalFunctionsHost.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TTame.Testing;

namespace Compat.Functions.Tests;

/// <summary>The local host inside the test process, with some of this assembly's functions and storage names of its own.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestHost(IHost host) => _host = host;

    public Recorder Seen => _host.Services.GetRequiredService<Recorder>();

    public HttpClient Http { get; } = new();

    public static async Task<TestHost> StartAsync(TestPlace place, string[] functions, Dictionary<string, string?>? hostJson = null, Func<HostSettings, HostSettings>? with = null)
    {
        var settings = new HostSettings
        {
            ScriptRoot = AppContext.BaseDirectory,
            HostJson = new ConfigurationBuilder().AddInMemoryCollection(hostJson ?? []).Build(),
            Port = 0,
            Functions = functions,
            Scan = TimeSpan.FromMilliseconds(200),
            Lease = TimeSpan.FromSeconds(5),
            HostId = place.HostId,
        };
        settings = with?.Invoke(settings) ?? settings;
        var start = HostStart.With(settings);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddFilter(_ => settings.Verbose);
        builder.Configuration.AddInMemoryCollection(place.Settings);
        start.AddWorkerServices(builder.Services, builder.Logging);
        builder.Services.AddMvc();
        builder.Services.AddSingleton<Recorder>();
        start.AddHost(builder.Services, Assembly.GetExecutingAssembly(), []);
        var host = new TestHost(builder.Build());
        await host._host.StartAsync();
        host.Http.BaseAddress = new Uri(host._host.Services.GetRequiredService<HttpFront>().BaseUri);
        return host;
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Http.Dispose();
    }
}

/// <summary>Storage of one test: host id, container and queue that no other test uses; outlives a host, so that another can go on.</summary>
internal sealed class TestPlace(AzuriteFixture azurite)
{
    public string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    public string HostId => $"host-{Id}";

    public string Box => $"box-{Id}";

    public string Inbox => $"inbox-{Id}";

    public Dictionary<string, string?> Settings => new(More)
    {
        ["AzureWebJobsStorage"] = azurite.ConnectionString,
        ["Box"] = Box,
        ["Inbox"] = Inbox,
    };

    public Dictionary<string, string?> More { get; } = [];

    public BlobServiceClient Blobs { get; } = new(azurite.ConnectionString);

    public BlobContainerClient Container => Blobs.GetBlobContainerClient(Box);

    public QueueClient Queue(string name) => new(azurite.ConnectionString, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    public async Task PutAsync(string name, string content)
    {
        await Container.CreateIfNotExistsAsync();
        await Container.GetBlobClient(name).UploadAsync(BinaryData.FromString(content), overwrite: true);
    }
}

/// <summary>What the functions of a test wrote down.</summary>
public sealed class Recorder
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<DateTime> _times = new();
    private int _running;

    public string[] Lines => [.. _lines];

    public int MostAtOnce { get; private set; }

    /// <summary>When each line was written.</summary>
    public DateTime[] Times => [.. _times];

    public void Add(string line)
    {
        _times.Enqueue(DateTime.UtcNow);
        _lines.Enqueue(line);
    }

    public async Task AtOnceAsync(Func<Task> work)
    {
        lock (_lines) MostAtOnce = Math.Max(MostAtOnce, ++_running);
        await work();
        lock (_lines) _running--;
    }

    public Task UntilAsync(int lines, double seconds = 60) => Until.TrueAsync(() => _lines.Count >= lines, $"{lines} lines", () => string.Join(" | ", _lines), seconds);
}

internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, string what, Func<string>? found = null, double seconds = 60)
        => await TrueAsync(() => Task.FromResult(condition()), what, found, seconds);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, Func<string>? found = null, double seconds = 60)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"waited {seconds} s for {what}; found: {found?.Invoke()}");
            await Task.Delay(50);
        }
    }
}
