using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace LocalFunctionsHost.Settings;

/// <summary>Replaces <c>%Setting%</c> in an attribute's text.</summary>
internal static partial class SettingNames
{
    /// <exception cref="HostSettingsException">A setting is missing.</exception>
    public static string Resolve(string text, IConfiguration configuration) => Named().Replace(text, match =>
        configuration[match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)]
        ?? throw new HostSettingsException($"'%{match.Groups[1].Value}%' does not resolve to a value: set '{match.Groups[1].Value}' in local.settings.json or the environment."));

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Named();
}
