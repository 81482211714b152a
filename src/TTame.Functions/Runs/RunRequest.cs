using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using TTame.Functions.Hosting;

namespace TTame.Functions.Runs;

/// <summary>What requests that start runs have in common.</summary>
internal static class RunRequest
{
    /// <summary>Longest body, bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a body.</summary>
    /// <exception cref="RequestException">400: it is no JSON object of this form.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) where T : class
    {
        try
        {
            RefuseNullItems(json);
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, RequestException.BadRequest, $"The body is not a request: {e.Message}", "docs/schemas lists the members that a request takes.");
        }
    }

    // The serializer takes a null for an item of any list of references.
    private static void RefuseNullItems(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        Stack<bool> inList = [];
        while (reader.Read())
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    inList.Push(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    inList.Pop();
                    break;
                case JsonTokenType.Null when inList.TryPeek(out bool list) && list:
                    throw new JsonException("A list has a null.");
            }
    }

    /// <summary>A name that becomes part of a path.</summary>
    /// <exception cref="RequestException">400: it has characters that a name may not have.</exception>
    public static string Named(string member, string value)
    {
        RequestException.Require(ServiceSettings.ModelName().IsMatch(value), member, "takes 1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first");
        return value;
    }

    /// <summary>What the library makes of a member.</summary>
    /// <exception cref="RequestException">400: it refuses.</exception>
    public static T Checked<T>(string member, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, RequestException.BadRequest, $"{member}: {e.Message}", $"Correct '{member}'; docs/TRAINING.md lists what it takes.");
        }
    }

    /// <summary>An id that nobody has chosen yet.</summary>
    public static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>Checks, before anything is started, that the sources are there.</summary>
    /// <exception cref="RequestException">400: a container is not there.</exception>
    public static async Task RequireThereAsync(ImageSources sources, IEnumerable<ImagesRequest?> wanted, CancellationToken cancellation)
    {
        foreach (var source in wanted.OfType<ImagesRequest>().DistinctBy(s => s.Container))
            if (!await sources.ExistsAsync(source, cancellation))
                throw new RequestException(StatusCodes.Status400BadRequest, "no_container", $"There is no container '{source.Container}'.", "Create it and upload the images, or name another.");
    }
}
