using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TTame.Testing;

namespace TTame.Functions.Tests;

/// <summary>A published schema, with the few words of JSON Schema that it uses.</summary>
internal sealed class Schema
{
    private readonly JsonObject root;

    public Schema(string file) => root = JsonNode.Parse(File.ReadAllText(Path.Combine(Ground.Repository, "docs", "schemas", file)))!.AsObject();

    /// <summary>Names of the members.</summary>
    public IEnumerable<string> Members => root["properties"]!.AsObject().Select(p => p.Key);

    /// <summary>Whether a document is of this form.</summary>
    public bool Takes(JsonNode? document) => Takes(root, document);

    private bool Takes(JsonObject rule, JsonNode? value)
    {
        foreach (var (word, operand) in rule)
        {
            bool holds = word switch
            {
                "$ref" => Takes(root["$defs"]![operand!.GetValue<string>().Split('/')[^1]]!.AsObject(), value),
                "type" => (operand is JsonArray types ? types.Select(t => t!.GetValue<string>()) : [operand!.GetValue<string>()]).Any(type => IsA(type, value)),
                "enum" => operand!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)),
                "oneOf" => operand!.AsArray().Count(alternative => Takes(alternative!.AsObject(), value)) == 1,
                "minimum" => Number(value) is not { } n || n >= operand!.GetValue<double>(),
                "maximum" => Number(value) is not { } n || n <= operand!.GetValue<double>(),
                "exclusiveMinimum" => Number(value) is not { } n || n > operand!.GetValue<double>(),
                "exclusiveMaximum" => Number(value) is not { } n || n < operand!.GetValue<double>(),
                "pattern" => !IsA("string", value) || Regex.IsMatch(value!.GetValue<string>(), operand!.GetValue<string>()),
                "items" => value is not JsonArray array || array.All(item => Takes(operand!.AsObject(), item)),
                "minItems" => value is not JsonArray array || array.Count >= operand!.GetValue<int>(),
                "maxItems" => value is not JsonArray array || array.Count <= operand!.GetValue<int>(),
                "uniqueItems" => value is not JsonArray array || array.Select(i => i?.ToJsonString()).Distinct().Count() == array.Count,
                "required" => value is not JsonObject o || operand!.AsArray().All(name => o.ContainsKey(name!.GetValue<string>())),
                "properties" => value is not JsonObject o || operand!.AsObject().All(p => !o.TryGetPropertyValue(p.Key, out var member) || Takes(p.Value!.AsObject(), member)),
                "additionalProperties" => value is not JsonObject o || o.All(p => rule["properties"]!.AsObject().ContainsKey(p.Key)),
                "$schema" or "$defs" or "title" or "description" or "default" => true,
                _ => throw new NotSupportedException($"The schema has the word '{word}', which this test does not know."),
            };
            if (!holds) return false;
        }
        return true;
    }

    private static double? Number(JsonNode? value) => value is JsonValue v && v.GetValueKind() == System.Text.Json.JsonValueKind.Number ? v.GetValue<double>() : null;

    private static bool IsA(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "number" => Number(value) is not null,
        "integer" => Number(value) is { } n && n == Math.Floor(n),
        _ => throw new NotSupportedException(type),
    };
}
