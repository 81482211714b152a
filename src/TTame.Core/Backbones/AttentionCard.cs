using System.Text.Json;

namespace TTame.Core.Backbones;

/// <summary>The trained attention mechanism that belongs to a model.</summary>
/// <param name="File">Its weights file, in the model's folder.</param>
/// <param name="Sha256">SHA-256 of that file, 64 hexadecimal digits; null where the operator did not state it.</param>
/// <param name="Features">Name of a tap set (<c>maxpool</c>, <c>conv</c>, <c>layers</c>, <c>block</c>, <c>ln</c>, <c>blocks</c>), or the taps' layers separated by commas.</param>
public sealed record AttentionCard(string File, string? Sha256, string? Features)
{
    /// <summary>The variant's official name; <c>TAME</c> where the card says nothing, <c>TTAME</c> for the multiplying adapter.</summary>
    public string? Version { get; init; }

    /// <summary>How it was trained, for people: recipe, images, epochs.</summary>
    public JsonElement? Training { get; init; }
}
