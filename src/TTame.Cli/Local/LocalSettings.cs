using System.Text.Json;

namespace TTame.Cli.Local;

/// <summary>Looks into <c>local.settings.json</c>; the local host reads it in earnest and says what is wrong with it.</summary>
internal static class LocalSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>A value of it, or null where the file or the value is not there.</summary>
    public static string? Value(string path, string name)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path), Lenient);
            return json.RootElement.TryGetProperty("Values", out var values) && values.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
