using System.Text.Json.Serialization;

namespace TTame.Core.Evaluation;

/// <summary>What one explainer's map of one image scored. Sums and means are made of these, nothing else.</summary>
/// <param name="Index">Place in the image list.</param>
/// <param name="Image">Name in the image list.</param>
/// <param name="Explainer">As the plan names it; empty where the image was skipped.</param>
/// <param name="Label">Model-truth label: the class that was explained.</param>
/// <param name="Truth">Ground-truth label, where the list gives one.</param>
/// <param name="Confidence">Confidence in the label for the whole image, [0, 1].</param>
/// <param name="Passes">Network evaluations that the explanation cost, the shared first one included; counted.</param>
/// <param name="Degenerate">Whether the map was constant: it says nothing.</param>
/// <param name="Scores">What each measure gave.</param>
/// <param name="Skipped">Why the image counts nowhere; null where it counts.</param>
public sealed record ImageRecord(
    int Index, string Image, string Explainer, int Label, int? Truth, double Confidence, double Passes, bool Degenerate, IReadOnlyList<MeasureScore> Scores, string? Skipped = null)
{
    /// <summary>The record of an image that could not be read or classified.</summary>
    /// <param name="index">Place in the image list.</param>
    /// <param name="image">Name in the image list.</param>
    /// <param name="reason">Code of the refusal.</param>
    public static ImageRecord OfSkipped(int index, string image, string reason) => new(index, image, "", -1, null, 0, 0, false, [], reason);
}

/// <summary>One image's contribution to one mean.</summary>
/// <param name="Measure">Name of the measure.</param>
/// <param name="Share">Kept or removed share, (0, 1]; 1 where none applies.</param>
/// <param name="Value">As a share of one: a drop of a tenth is 0.1.</param>
public readonly record struct MeasureScore(string Measure, double Share, double Value);

/// <summary>How records are written: one JSON object a line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImageRecord))]
[JsonSerializable(typeof(RecordHeader))]
internal sealed partial class RecordJson : JsonSerializerContext;
