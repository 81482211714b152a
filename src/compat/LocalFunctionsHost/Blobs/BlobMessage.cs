using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalFunctionsHost.Blobs;

/// <summary>The message of the blob trigger's internal queue and of its poison queue; its names are the real extension's.</summary>
internal sealed record BlobMessage(
    [property: JsonPropertyOrder(0)] string Type,
    [property: JsonPropertyOrder(1)] string FunctionId,
    [property: JsonPropertyOrder(2)] string BlobType,
    [property: JsonPropertyOrder(3)] string ContainerName,
    [property: JsonPropertyOrder(4)] string BlobName,
    [property: JsonPropertyOrder(5)] string ETag)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string ToJson() => JsonSerializer.Serialize(this, Indented);

    /// <summary>Null where the text is no such message.</summary>
    public static BlobMessage? Parse(string json)
    {
        try
        {
            var message = JsonSerializer.Deserialize<BlobMessage>(json);
            return message is { Type: "BlobTrigger", FunctionId: not null, ContainerName: not null, BlobName: not null, ETag: not null } ? message : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
