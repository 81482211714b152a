using System.Text.Json;

namespace LocalFunctionsHost.Settings;

/// <summary>local.settings.json: values that become environment variables, and where to listen.</summary>
internal sealed record LocalSettings(IReadOnlyDictionary<string, string> Values, int? Port, string? Address, IReadOnlyList<string> Cors)
{
    public static LocalSettings Read(string path)
    {
        if (!File.Exists(path)) return new(new Dictionary<string, string>(), null, null, []);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var root = json.RootElement;
            if (!root.TryGetProperty("IsEncrypted", out var encrypted) || encrypted.GetBoolean())
                throw new HostSettingsException($"{path}: only plain settings can be read here; set \"IsEncrypted\": false.");
            Dictionary<string, string> values = [];
            if (root.TryGetProperty("Values", out var entries))
                foreach (var entry in entries.EnumerateObject())
                    values[entry.Name] = entry.Value.ValueKind == JsonValueKind.String
                        ? entry.Value.GetString()!
                        : throw new HostSettingsException($"{path}: the value of '{entry.Name}' must be a string.");
            if (root.TryGetProperty("ConnectionStrings", out var connections))
                foreach (var entry in connections.EnumerateObject())
                    if (entry.Value.ValueKind == JsonValueKind.String) values[$"ConnectionStrings__{entry.Name}"] = entry.Value.GetString()!;
            if (!root.TryGetProperty("Host", out var host)) return new(values, null, null, []);
            return new(
                values,
                host.TryGetProperty("LocalHttpPort", out var port) ? port.GetInt32() : null,
                host.TryGetProperty("LocalHttpAddress", out var address) ? address.GetString() : null,
                host.TryGetProperty("CORS", out var cors) ? cors.GetString()!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : []);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException or FormatException)
        {
            throw new HostSettingsException($"{path}: {bad.Message}");
        }
    }

    /// <summary>Values become environment variables; one that is already set wins.</summary>
    public void SetEnvironment()
    {
        foreach (var (name, value) in Values)
            if (Environment.GetEnvironmentVariable(name) is null) Environment.SetEnvironmentVariable(name, value);
    }
}
