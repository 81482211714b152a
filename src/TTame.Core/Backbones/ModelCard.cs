using System.Text.Json;
using System.Text.Json.Serialization;
using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Core.Backbones;

/// <summary>A model's <c>model.json</c>: what it is, where its weights are, what it wants to be given and what it answers.</summary>
public sealed record ModelCard
{
    /// <summary>Name of a card's file in the model's folder.</summary>
    public const string FileName = "model.json";

    /// <summary>Usual names of the weights file and of the attention's.</summary>
    public const string WeightsFile = "model.safetensors", AttentionFile = "attention.safetensors";

    /// <summary>The <see cref="Format"/> of weights that can't be run.</summary>
    public const string SafetensorsFormat = "safetensors";

    /// <summary>The <see cref="Format"/> of a TorchScript program.</summary>
    public const string TorchScriptFormat = "torchscript";

    /// <summary>The model's name; its folder has the same.</summary>
    public required string Name { get; init; }

    /// <summary>What sort of network it is.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary><c>safetensors</c> or <c>torchscript</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The weights file, in the model's folder.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of that file, 64 hexadecimal digits; null where the operator did not state it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Which network the weights belong to; null for TorchScript, which brings its own.</summary>
    public ArchitectureCard? Architecture { get; init; }

    /// <summary>Size, mean and standard deviation of its input.</summary>
    public required InputSpec Input { get; init; }

    /// <summary>How logits become confidences.</summary>
    public ConfidenceKind Confidence { get; init; }

    /// <summary>Names of the classes, by id.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Target layers of the CAM methods; the first is the default.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Names of what TorchScript's forward returns: the logits, then the taps.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <summary>Shapes of the taps without the batch, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? FeatureShapes { get; init; }

    /// <summary>The trained attention; null where there is none yet.</summary>
    public AttentionCard? Attention { get; init; }

    /// <summary>Licence of the weights, for people.</summary>
    public string? Licence { get; init; }

    /// <summary>Where the weights are from, for people.</summary>
    public string? Source { get; init; }

    /// <summary>Whatever else the card says.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Notes { get; init; }

    /// <summary>The lists compare by what is in them.</summary>
    /// <param name="other">Another card.</param>
    public bool Equals(ModelCard? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Sha256, File);

    /// <summary>The card as JSON.</summary>
    public string ToJson() => ModelCardJson.Write(this);

    /// <summary>Reads a card.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="name">What errors call the model.</param>
    /// <exception cref="ModelException">It is no JSON, a member is missing, doubled, of the wrong type or out of range.</exception>
    public static ModelCard Parse(ReadOnlySpan<byte> json, string name) => ModelCardJson.Read(json, name);
}
