using System.Reflection;
using System.Text.Json;
using Azure.Core.Serialization;
using LocalFunctionsHost.Functions;
using LocalFunctionsHost.Logs;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LocalFunctionsHost;

/// <summary>What the application builder asks of the local host: settings first, services next, the host itself at the end.</summary>
public sealed class HostStart
{
    private HostStart(HostSettings settings) => Settings = settings;

    public HostSettings Settings { get; }

    /// <summary>The arguments left over when the host has taken its own.</summary>
    public string[] ApplicationArguments => Settings.ApplicationArguments;

    /// <summary>Reads host.json and local.settings.json; on a mistake in them says what is wrong and ends the process with 1.</summary>
    public static HostStart Prepare(string[] args)
    {
        try
        {
            return new HostStart(HostSettings.Load(args, Directory.GetCurrentDirectory(), AppContext.BaseDirectory));
        }
        catch (HostSettingsException mistake)
        {
            Console.Error.WriteLine(mistake.Message);
            Environment.Exit(1);
            throw;
        }
    }

    /// <summary>For tests: the same with settings made by hand.</summary>
    public static HostStart With(HostSettings settings) => new(settings);

    /// <summary>What a worker has before the app adds anything: the JSON serializer and the console.</summary>
    public void AddWorkerServices(IServiceCollection services, ILoggingBuilder logging)
    {
        services.AddOptions<JsonSerializerOptions>().Configure(json => json.PropertyNameCaseInsensitive = true);
        services.AddOptions<WorkerOptions>().PostConfigure<IOptions<JsonSerializerOptions>>(
            (worker, json) => worker.Serializer ??= new JsonObjectSerializer(json.Value));
        services.AddSingleton(Settings);
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddProvider(new FuncConsole(Settings, Console.Out));
    }

    /// <summary>The host itself, as a hosted service of the app's own container.</summary>
    public void AddHost(IServiceCollection services, Assembly functions, IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        services.AddSingleton(provider => FunctionCatalogue.Of(functions, Settings, provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(new MiddlewareList(middleware));
        services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        services.AddSingleton<Connections>();
        services.AddSingleton<Invocation.FunctionInvoker>();
        services.AddSingleton<Running>();
        services.AddSingleton<Http.KeyGate>();
        services.AddSingleton<Http.HttpFront>();
        services.AddSingleton<Http.IHostEndpoints, Http.AdminEndpoints>();
        AddTrigger<Blobs.BlobTriggers>(services);
        AddTrigger<Queues.QueueTriggers>(services);
        AddTrigger<Timers.TimerTriggers>(services);
        services.AddSingleton(provider => Durable.DurableSettings.Of(Settings, provider.GetRequiredService<IConfiguration>()));
        services.TryAddSingleton<Durable.IHubStore>(provider =>
        {
            var durable = provider.GetRequiredService<Durable.DurableSettings>();
            return new Durable.BlobHubStore(() => provider.GetRequiredService<Connections>().Blobs(durable.Connection), durable.Hub);
        });
        services.AddSingleton<Durable.DurableFunctions>();
        services.AddSingleton<Durable.EngineClient>();
        services.AddSingleton<Invocation.IInputBinding, Durable.DurableClientBinding>();
        services.AddSingleton<Http.IHostEndpoints, Durable.ManagementApi>();
        AddTrigger<Durable.DurableEngine>(services);
        services.AddHostedService<JobHost>();
    }

    private static void AddTrigger<T>(IServiceCollection services)
        where T : class, IListener
    {
        services.AddSingleton<T>();
        services.AddSingleton<IListener>(provider => provider.GetRequiredService<T>());
    }
}

/// <summary>The app's middleware, outermost first.</summary>
public sealed record MiddlewareList(IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> Parts);
