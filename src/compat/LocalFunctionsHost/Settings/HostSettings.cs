using Microsoft.Extensions.Configuration;

namespace LocalFunctionsHost.Settings;

/// <summary>A mistake in host.json, local.settings.json or the command line; the message says what to change.</summary>
public sealed class HostSettingsException(string message) : Exception(message);

/// <summary>Everything the host was told: command line, host.json, local.settings.json.</summary>
public sealed record HostSettings
{
    public required string ScriptRoot { get; init; }

    /// <summary>host.json with the overrides of <c>AzureFunctionsJobHost__…</c> on top.</summary>
    public required IConfiguration HostJson { get; init; }

    public string Address { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 7071;

    public bool EnableAuth { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Only these functions load; null: all.</summary>
    public IReadOnlyList<string>? Functions { get; init; }

    /// <summary>Time between two listings of the watched containers.</summary>
    public TimeSpan Scan { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a message stays hidden while it is worked on; renewed at half of it.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Fault injection: every durable activity runs twice and its result comes twice.</summary>
    public bool ActivitiesTwice { get; init; }

    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    public string[] ApplicationArguments { get; init; } = [];

    public string RoutePrefix => HostJson["extensions:http:routePrefix"] ?? "api";

    public int MaxBlobs => Positive("extensions:blobs:maxDegreeOfParallelism", 8 * Environment.ProcessorCount);

    public int PoisonBlobThreshold => Positive("extensions:blobs:poisonBlobThreshold", 5);

    /// <summary>Null: unlimited.</summary>
    public TimeSpan? FunctionTimeout => HostJson["functionTimeout"] switch
    {
        null => TimeSpan.FromMinutes(30),
        "-1" => null,
        var text when TimeSpan.TryParse(text, out var time) && time > TimeSpan.Zero => time,
        var text => throw new HostSettingsException($"host.json: functionTimeout is '{text}'; it must be hh:mm:ss or \"-1\"."),
    };

    /// <summary>The id under which receipts and queues are kept.</summary>
    public string HostId { get; init; } = "";

    public static HostSettings Load(string[] args, string currentDirectory, string baseDirectory)
    {
        var line = CommandLine.Parse(args);
        string? root = new[] { line.ScriptRoot, Environment.GetEnvironmentVariable("AzureWebJobsScriptRoot"), currentDirectory, baseDirectory }
            .FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, "host.json")));
        if (root is null)
            throw new HostSettingsException($"Unable to find host.json in '{currentDirectory}' or '{baseDirectory}'. Name its folder with --script-root.");
        var local = LocalSettings.Read(Path.Combine(root, "local.settings.json"));
        local.SetEnvironment();
        int port = line.Port ?? local.Port ?? 7071;
        Environment.SetEnvironmentVariable("WEBSITE_HOSTNAME", $"localhost:{port}");
        Environment.SetEnvironmentVariable("AzureWebJobsScriptRoot", root);
        if (Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT") is null)
            Environment.SetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
        var settings = new HostSettings
        {
            ScriptRoot = root,
            HostJson = ReadHostJson(Path.Combine(root, "host.json")),
            Address = line.Address ?? local.Address ?? "127.0.0.1",
            Port = port,
            EnableAuth = line.EnableAuth,
            Verbose = line.Verbose,
            Functions = line.Functions,
            Scan = line.Scan ?? TimeSpan.FromSeconds(10),
            Lease = line.Lease ?? TimeSpan.FromMinutes(10),
            ActivitiesTwice = line.ActivitiesTwice,
            CorsOrigins = line.Cors ?? local.Cors,
            ApplicationArguments = line.Rest,
            HostId = Settings.HostId.Of(root),
        };
        _ = settings.MaxBlobs;
        _ = settings.PoisonBlobThreshold;
        _ = settings.FunctionTimeout;
        return settings;
    }

    /// <summary>Reads host.json, checks its version, lays the environment's overrides on top.</summary>
    public static IConfiguration ReadHostJson(string path)
    {
        IConfigurationRoot json;
        try
        {
            json = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path)).AddEnvironmentVariables("AzureFunctionsJobHost__").Build();
        }
        catch (InvalidDataException bad)
        {
            throw new HostSettingsException($"Unable to parse host configuration file '{path}'. {bad.InnerException?.Message ?? bad.Message}");
        }

        if (json["version"] != "2.0")
            throw new HostSettingsException($"The host.json file is missing the required 'version' property or it is not \"2.0\" (it is '{json["version"] ?? "missing"}').");
        if (json.GetSection("extensionBundle").Exists())
            throw new HostSettingsException("host.json: extensionBundle is not for .NET apps; remove it.");
        return json;
    }

    /// <summary>A whole number of at least one, or a start error that names the key.</summary>
    public int Positive(string key, int otherwise)
    {
        string? text = HostJson[key];
        if (text is null) return otherwise;
        return int.TryParse(text, out int value) && value > 0
            ? value
            : throw new HostSettingsException($"host.json: {key.Replace(':', '.')} is '{text}'; it must be a whole number of at least 1.");
    }
}
