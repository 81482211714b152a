using System.Reflection;
using Azure.Storage.Blobs;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalFunctionsHost.Durable;

/// <summary>A call of an activity that a test answers itself.</summary>
public sealed class ActivityCall(string name, string instanceId, Func<Type, object?> input)
{
    public string Name { get; } = name;

    /// <summary>The instance that calls.</summary>
    public string InstanceId { get; } = instanceId;

    public T? Input<T>() => (T?)input(typeof(T));
}

/// <summary>Activities that a test answers in place of the app's, by name.</summary>
public sealed class ActivityFakes(IReadOnlyDictionary<string, Func<ActivityCall, Task<object?>>> byName)
{
    public Func<ActivityCall, Task<object?>>? Find(string name) => byName.FirstOrDefault(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>Storage of a test host; give it to a second host to see what outlives the first.</summary>
public sealed class DurableTestStorage
{
    internal IHubStore Store { get; init; } = new MemoryHubStore();

    /// <summary>A hub in blobs, as the host's own.</summary>
    public static DurableTestStorage InBlobs(string connectionString, string hub) => new() { Store = new BlobHubStore(() => new BlobServiceClient(connectionString), hub) };
}

/// <summary>How a test host runs.</summary>
public sealed record DurableTestOptions
{
    /// <summary>Durable timers fire as soon as nothing else is at work, and the orchestrators' clock jumps to them.</summary>
    public bool SkipTime { get; init; } = true;

    /// <summary>Every activity runs twice and its result comes twice.</summary>
    public bool ActivitiesTwice { get; init; }

    /// <summary>Activities at once.</summary>
    public int Activities { get; init; } = 8;

    public DurableTestStorage Storage { get; init; } = new();

    public IReadOnlyDictionary<string, Func<ActivityCall, Task<object?>>> Fakes { get; init; } = new Dictionary<string, Func<ActivityCall, Task<object?>>>();

    /// <summary>What the app's activities are given.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };
}

/// <summary>The durable engine in the test's process, with a hub in memory and the orchestrators and activities of an assembly; nothing listens.</summary>
public sealed class DurableTestHost : IAsyncDisposable
{
    private static readonly TimeSpan AfterCancel = TimeSpan.FromSeconds(5);
    private readonly IHost _host;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _engine;

    private DurableTestHost(IHost host)
    {
        _host = host;
        var engine = host.Services.GetRequiredService<DurableEngine>();
        _engine = Task.Run(() => engine.RunAsync(_stop.Token));
        Client = host.Services.GetRequiredService<EngineClient>();
    }

    public DurableTaskClient Client { get; }

    public IServiceProvider Services => _host.Services;

    public static DurableTestHost Start(Assembly functions, DurableTestOptions? options = null)
    {
        options ??= new DurableTestOptions();
        string[] durable = [.. functions.GetTypes().SelectMany(t => t.GetMethods())
            .Where(m => m.GetParameters().Any(p => p.IsDefined(typeof(OrchestrationTriggerAttribute)) || p.IsDefined(typeof(ActivityTriggerAttribute))))
            .Select(m => m.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>()];
        var settings = new HostSettings
        {
            ScriptRoot = AppContext.BaseDirectory,
            HostJson = new ConfigurationBuilder().Build(),
            Functions = durable,
        };
        var start = HostStart.With(settings);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        start.AddWorkerServices(builder.Services, builder.Logging);
        options.Services(builder.Services);
        builder.Services.AddSingleton<IHubStore>(options.Storage.Store);
        builder.Services.AddSingleton(new ActivityFakes(options.Fakes));
        start.AddHost(builder.Services, functions, []);
        builder.Services.AddSingleton(new DurableSettings("TestHub", null, options.Activities, 4) { SkipTime = options.SkipTime, Twice = options.ActivitiesTwice });
        return new DurableTestHost(builder.Build());
    }

    /// <summary>Stops as a crash would, as far as storage can tell: what is not written is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Services.GetRequiredService<Running>().DrainAsync(TimeSpan.Zero, AfterCancel);
        await _engine.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
        _stop.Dispose();
    }
}
