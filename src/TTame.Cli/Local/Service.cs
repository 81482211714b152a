using System.Diagnostics;

namespace TTame.Cli.Local;

/// <summary>The service (TTame.Functions under the local host) as a process.</summary>
internal static class Service
{
    /// <summary>How long the service may take to load its models.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    /// <summary>What starts the service.</summary>
    /// <param name="clone">The clone that holds it.</param>
    /// <param name="arguments">The local host's own options.</param>
    /// <param name="settings">App settings that go before <c>local.settings.json</c>.</param>
    /// <exception cref="CliException">It is not built.</exception>
    public static ProcessStartInfo StartInfo(RepositoryFolder clone, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> settings)
    {
        if (!File.Exists(clone.Service)) throw new CliException(ExitCode.Machine, $"The service is not built ({clone.Service}).", "Run ./ttame build.");
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Path.GetDirectoryName(clone.Service), ArgumentList = { clone.Service } };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return start;
    }
}
