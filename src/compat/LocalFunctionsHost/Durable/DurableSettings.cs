using System.Text.RegularExpressions;
using LocalFunctionsHost.Settings;
using Microsoft.Extensions.Configuration;

namespace LocalFunctionsHost.Durable;

/// <summary>extensions.durableTask of host.json.</summary>
internal sealed partial record DurableSettings(string Hub, string? Connection, int Activities, int Orchestrators)
{
    /// <summary>Payloads with more characters than this go to blobs of their own.</summary>
    public int MaxInline { get; init; } = 45 * 1024;

    /// <summary>Runs every activity twice and delivers its result twice: what at-least-once may do at worst.</summary>
    public bool Twice { get; init; }

    /// <summary>Timers fire at once and the orchestrators' clock jumps to them (tests).</summary>
    public bool SkipTime { get; init; }

    /// <exception cref="HostSettingsException">The hub's name or a number is none.</exception>
    public static DurableSettings Of(HostSettings host, IConfiguration configuration)
    {
        const string section = "extensions:durableTask:";
        string hub = SettingNames.Resolve(host.HostJson[section + "hubName"] ?? "TestHubName", configuration);
        if (!HubName().IsMatch(hub)) throw new HostSettingsException($"host.json: extensions.durableTask.hubName is '{hub}'; it must be 3 to 45 letters and digits and begin with a letter.");
        int many = 10 * Environment.ProcessorCount;
        return new DurableSettings(
            hub.ToLowerInvariant(),
            host.HostJson[section + "storageProvider:connectionName"],
            host.Positive(section + "maxConcurrentActivityFunctions", many),
            host.Positive(section + "maxConcurrentOrchestratorFunctions", many))
        { Twice = host.ActivitiesTwice };
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubName();
}
