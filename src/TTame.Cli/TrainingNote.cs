using System.Text.Json;
using TTame.Core.Backbones;

namespace TTame.Cli;

/// <summary>How a model's attention was trained, in words.</summary>
internal static class TrainingNote
{
    /// <summary>What the card says of it: its text, or its members one after the other; null where it says nothing.</summary>
    public static string? Of(ModelCard card) => card.Attention?.Training switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } members when members.TryGetProperty("note", out var note) && note.ValueKind == JsonValueKind.String => note.GetString(),
        { ValueKind: JsonValueKind.Object } members => string.Join(", ", members.EnumerateObject().Select(m => $"{m.Name} {m.Value}")),
        var other => other.ToString(),
    };
}
