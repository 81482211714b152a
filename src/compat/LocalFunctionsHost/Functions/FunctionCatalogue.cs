using System.Reflection;
using System.Text.RegularExpressions;
using LocalFunctionsHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;

namespace LocalFunctionsHost.Functions;

/// <summary>The functions of an assembly, found by reflection: public methods that carry <c>[Function]</c>.</summary>
public sealed partial class FunctionCatalogue(IReadOnlyList<FunctionEntry> all)
{
    public IReadOnlyList<FunctionEntry> All { get; } = all;

    public IEnumerable<FunctionEntry> Enabled => All.Where(f => !f.Disabled);

    public FunctionEntry? Find(string name) => All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static FunctionCatalogue Of(Assembly assembly, HostSettings settings, IConfiguration configuration)
        => Of(assembly.GetTypes(), settings, configuration);

    /// <summary>The same from types named one by one.</summary>
    public static FunctionCatalogue Of(IEnumerable<Type> types, HostSettings settings, IConfiguration configuration)
    {
        List<FunctionEntry> found = [];
        foreach (var method in types.Where(t => t.IsClass).SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } function) continue;
            if (settings.Functions is { } only && !only.Contains(function.Name, StringComparer.OrdinalIgnoreCase)) continue;
            if (!ValidName().IsMatch(function.Name) || function.Name.Equals("host", StringComparison.OrdinalIgnoreCase))
                throw new HostSettingsException($"'{function.Name}' is not a valid function name: a letter, then up to 127 letters, digits, '_' or '-', and not 'host'.");
            if (found.Any(f => f.Name.Equals(function.Name, StringComparison.OrdinalIgnoreCase)))
                throw new HostSettingsException($"Two functions are named '{function.Name}'.");
            var triggers = method.GetParameters().Where(p => p.GetCustomAttribute<TriggerBindingAttribute>() is not null).ToList();
            if (triggers.Count != 1)
                throw new HostSettingsException($"Function '{function.Name}' has {triggers.Count} triggers; it must have exactly one.");
            found.Add(new FunctionEntry(
                function.Name, method, triggers[0], triggers[0].GetCustomAttribute<TriggerBindingAttribute>()!, IsDisabled(function.Name, configuration)));
        }

        return new FunctionCatalogue(found);
    }

    private static bool IsDisabled(string name, IConfiguration configuration)
        => (configuration[$"AzureWebJobs.{name}.Disabled"] ?? configuration[$"AzureWebJobs_{name}_Disabled"]) is { } text
           && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$")]
    private static partial Regex ValidName();
}
