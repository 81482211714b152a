using System.Text.Json;
using TTame.Core.Attention;
using TTame.Core.Backbones;

namespace TTame.Functions.Hosting;

/// <summary>What <c>GET /api/models</c> says of one model.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Problem">Why it cannot be used; null where nothing is known to be wrong.</param>
public sealed record ModelSummary(string Name, string? Problem)
{
    /// <summary><c>cnn</c> or <c>vit</c>.</summary>
    public string? Kind { get; init; }

    /// <summary><c>safetensors</c> or <c>torchscript</c>.</summary>
    public string? Format { get; init; }

    /// <summary><c>softmax</c> or <c>sigmoid</c>.</summary>
    public string? Confidence { get; init; }

    /// <summary>Number of classes.</summary>
    public int? Classes { get; init; }

    /// <summary>Side of the square it sees, pixels.</summary>
    public int? InputSize { get; init; }

    /// <summary>SHA-256 of the backbone's weights.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Joint SHA-256 of backbone and attention, whose first eight digits are in the names of results; null until it is loaded.</summary>
    public string? JointSha256 { get; init; }

    /// <summary>The layers whose feature maps the attention reads: a set's name or the layers, as the card has them.</summary>
    public string? Features { get; init; }

    /// <summary>Those layers with channels and stride; null for a TorchScript program that is not loaded yet.</summary>
    public IReadOnlyList<FeatureTap>? Taps { get; init; }

    /// <summary>SHA-256 of the attention's weights; null where none is trained.</summary>
    public string? AttentionSha256 { get; init; }

    /// <summary>How the attention was trained.</summary>
    public JsonElement? Training { get; init; }

    /// <summary>Licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>Where the weights are from.</summary>
    public string? Source { get; init; }

    /// <summary>Whether it is in memory.</summary>
    public bool Loaded { get; init; }

    internal static ModelSummary Of(ModelEntry entry, LoadedModel? loaded) => entry.Card is not { } card
        ? new(entry.Name, entry.Problem?.Message)
        : new(entry.Name, card.Attention is null ? "it has no trained attention" : null)
        {
            Kind = card.Kind.ToString().ToLowerInvariant(),
            Format = card.Format,
            Confidence = card.Confidence.ToString().ToLowerInvariant(),
            Classes = card.Classes.Count,
            InputSize = card.Input.Size,
            Sha256 = card.Sha256,
            JointSha256 = loaded?.JointSha256,
            Features = card.Attention?.Features,
            Taps = loaded?.Classifier.Taps ?? entry.Taps,
            AttentionSha256 = card.Attention?.Sha256,
            Training = card.Attention?.Training,
            Licence = card.Licence,
            Source = card.Source,
            Loaded = loaded is not null,
        };
}

/// <summary>The models that the app knows.</summary>
public interface IModelDirectory
{
    /// <summary>Every model in the folder, as it is there now.</summary>
    IReadOnlyList<ModelSummary> List();
}
