using System.Text.Json;

namespace TTame.Cli.Demo;

/// <summary>What the demo reads of a commit record (docs/schemas/commit-record.json).</summary>
internal sealed record CommitRecord(
    SourceOfRecord Source, ModelOfRecord Model, string Device, PictureOfRecord Picture, IReadOnlyList<ClassOfRecord> Top5,
    IReadOnlyList<ClassOfRecord> Classes, FaithfulnessOfRecord? Faithfulness, ExplainOptionsOfRecord Options)
{
    /// <summary>Reads a record.</summary>
    public static CommitRecord Read(BinaryData json) => JsonSerializer.Deserialize<CommitRecord>(json, JsonSerializerOptions.Web)!;
}

internal sealed record SourceOfRecord(string Path);

internal sealed record ModelOfRecord(string Name, string Sha256);

internal sealed record PictureOfRecord(int Width, int Height, int Orientation);

internal sealed record MapOfRecord(bool Degenerate);

internal sealed record ClassOfRecord(int Rank, int Id, string? Name, double Confidence, MapOfRecord? Map, string? Overlay);

internal sealed record FaithfulnessOfRecord(int ClassId, double Confidence, IReadOnlyList<ShareOfRecord> Shares);

internal sealed record ShareOfRecord(double KeptShare, double Confidence, double Drop, bool Increase);

internal sealed record ExplainOptionsOfRecord(string OverlayColourMap);

/// <summary>What the demo reads of a failed record (docs/schemas/failed-record.json).</summary>
internal sealed record FailedRecord(string Code, string Reason);
