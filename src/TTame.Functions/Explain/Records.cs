using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TTame.Core.Evaluation;

namespace TTame.Functions.Explain;

/// <summary>The image version that a record speaks of.</summary>
/// <param name="Container">Container.</param>
/// <param name="Path">Path in the container, unshortened.</param>
/// <param name="ETag">Version that was really read.</param>
/// <param name="LastModified">When that version was written.</param>
/// <param name="Bytes">Its length.</param>
public sealed record SourceVersion(string Container, string Path, string ETag, DateTimeOffset LastModified, long Bytes);

/// <summary>The model that explained.</summary>
/// <param name="Name">Name.</param>
/// <param name="Sha256">Joint SHA-256 of backbone and attention.</param>
public sealed record ModelIdentity(string Name, string Sha256)
{
    /// <summary>The hash's first 8 digits, as in the names of results.</summary>
    [JsonIgnore]
    public string Hash8 => Sha256[..8];
}

/// <summary>The picture as it was read.</summary>
/// <param name="Format">File format by its signature.</param>
/// <param name="Width">Upright width, pixels.</param>
/// <param name="Height">Upright height, pixels.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8, applied before anything else.</param>
/// <param name="HadAlpha">Whether it was put on white.</param>
/// <param name="HasColourProfile">Whether it carries an ICC profile; profiles are not applied.</param>
/// <param name="Frames">Frames in the file; the first is explained.</param>
public sealed record PictureFacts(string Format, int Width, int Height, int Orientation, bool HadAlpha, bool HasColourProfile, int Frames);

/// <summary>The square of the picture that the model saw, in the upright picture's pixels.</summary>
/// <param name="Left">Left edge.</param>
/// <param name="Top">Top edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public sealed record SeenWindow(double Left, double Top, double Width, double Height);

/// <summary>A class with the model's confidence in it.</summary>
/// <param name="Rank">Rank by confidence, from 1.</param>
/// <param name="Id">Class id.</param>
/// <param name="Name">Class name, where the model has one.</param>
/// <param name="Confidence">Confidence, [0, 1].</param>
public sealed record RankedClass(int Rank, int Id, string? Name, double Confidence);

/// <summary>One explained class.</summary>
/// <param name="Rank">Place among the explained classes, from 1; row <c>Rank − 1</c> of <c>maps.npy</c>.</param>
/// <param name="Id">Class id.</param>
/// <param name="Name">Class name, where the model has one.</param>
/// <param name="Confidence">Confidence, [0, 1].</param>
/// <param name="Map">Statistics of its map, before the sigmoid and before scaling.</param>
/// <param name="Overlay">Path in the heatmaps container; null where none is drawn.</param>
public sealed record ExplainedClass(int Rank, int Id, string? Name, double Confidence, MapStatistics Map, string? Overlay);

/// <summary>Statistics of a map before the sigmoid and before scaling, as in <c>maps.npy</c>.</summary>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value.</param>
/// <param name="Mean">Mean.</param>
/// <param name="Degenerate">Whether the map is constant, so that it points nowhere; it is drawn as zero.</param>
public sealed record MapStatistics(double Min, double Max, double Mean, bool Degenerate)
{
    /// <summary>The statistics of one map.</summary>
    /// <param name="map">(h · w) float32, finite.</param>
    /// <param name="degenerate">Whether it counts as constant.</param>
    public static MapStatistics Of(ReadOnlySpan<float> map, bool degenerate)
    {
        float min = float.PositiveInfinity, max = float.NegativeInfinity;
        double sum = 0;
        foreach (float value in map)
        {
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
            sum += value;
        }
        return new(min, max, sum / map.Length, degenerate);
    }
}

/// <summary>Where the time went, milliseconds.</summary>
/// <param name="Download">Reading the blob.</param>
/// <param name="Decode">Decoding and preparing.</param>
/// <param name="Wait">Waiting for a batch.</param>
/// <param name="Compute">The batch's computation, shared with <paramref name="BatchSize"/> − 1 others.</param>
/// <param name="Render">Drawing overlays.</param>
/// <param name="BatchSize">Images in the batch.</param>
/// <param name="ForwardPasses">Backbone passes for this image.</param>
public sealed record Timings(double Download, double Decode, double Wait, double Compute, double Render, int BatchSize, int ForwardPasses);

/// <summary>The commit record: written last, it makes an image's results valid. Schema: <c>docs/schemas/commit-record.json</c>.</summary>
/// <param name="Version">Version of this format, 1.</param>
/// <param name="Source">The image version explained.</param>
/// <param name="OptionsHash">Hash of <paramref name="Options"/>.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Model">The model.</param>
/// <param name="Device">Device that computed.</param>
/// <param name="Precision">Number format of the backbone.</param>
/// <param name="Picture">The picture as read.</param>
/// <param name="Window">The part that the model saw.</param>
/// <param name="Top5">The five most confident classes.</param>
/// <param name="Classes">The explained classes, in the order of the rows of <c>maps.npy</c>.</param>
/// <param name="Files">Paths in the heatmaps container that belong to this record.</param>
/// <param name="Faithfulness">Faithfulness of the predicted class's map; null where it was not measured.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record CommitRecord(
    int Version, SourceVersion Source, string OptionsHash, ExplainOptions Options, ModelIdentity Model, string Device, string Precision,
    PictureFacts Picture, SeenWindow Window, IReadOnlyList<RankedClass> Top5, IReadOnlyList<ExplainedClass> Classes,
    IReadOnlyList<string> Files, FaithfulnessRecord? Faithfulness, Timings Timings)
{
    /// <summary>The version that this code writes.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>The failed record: why an image could not be explained. Schema: <c>docs/schemas/failed-record.json</c>.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Reason">One sentence for a person.</param>
/// <param name="Source">The image, <c>container/path</c>.</param>
/// <param name="ETag">The version at fault.</param>
public sealed record FailedRecord(string Code, string Reason, string Source, string ETag);

/// <summary>How records become JSON: camel case, indented, every script readable, nulls written.</summary>
public static class RecordJson
{
    /// <summary>The options of every record.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All),
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>UTF-8 JSON of a record.</summary>
    public static BinaryData Write<T>(T record) => new(JsonSerializer.SerializeToUtf8Bytes(record, Options));

    /// <summary>The record in <paramref name="json"/>, or null where the text is not one.</summary>
    public static T? Read<T>(BinaryData json) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options);
        }
        catch (JsonException)
        {
            return null;       // a foreign file under the record's name counts as no record
        }
    }
}
