using System.Text.Json;

namespace TTame.Cli.Golden.Families;

/// <summary>Parts of a vector's file: a set need not have all of them.</summary>
internal static class JsonMembers
{
    /// <summary>The members of an object's member; none where it is not there.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement json, string name) => json.TryGetProperty(name, out JsonElement part) ? part.EnumerateObject() : [];
}
