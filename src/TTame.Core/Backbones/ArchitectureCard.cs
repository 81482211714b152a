using System.Text.Json;
using System.Text.Json.Serialization;

namespace TTame.Core.Backbones;

/// <summary>Which network a card's weights belong to. In JSON an object, or the family's name alone.</summary>
/// <param name="Family"><c>vgg16</c>, <c>resnet50</c>, <c>vision_transformer</c>, <c>vit_b_16</c>, <c>efficientnet_lite0</c>, <c>toy_cnn</c>, <c>toy_vit</c>.</param>
[JsonConverter(typeof(Converter))]
public sealed record ArchitectureCard(string Family)
{
    /// <summary>Vision transformer: side of the input, pixels.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Vision transformer: side of a patch, pixels.</summary>
    public int? PatchSize { get; init; }

    /// <summary>Vision transformer: encoder blocks.</summary>
    public int? NumLayers { get; init; }

    /// <summary>Vision transformer: attention heads per block.</summary>
    public int? NumHeads { get; init; }

    /// <summary>Vision transformer: width of a token.</summary>
    public int? HiddenDim { get; init; }

    /// <summary>Vision transformer: hidden width between blocks.</summary>
    public int? MlpDim { get; init; }

    /// <summary>Number of classes.</summary>
    public int? NumClasses { get; init; }

    private sealed class Converter : JsonConverter<ArchitectureCard>
    {
        public override ArchitectureCard Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String) return new(reader.GetString()!);
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An architecture is a name or an object with a family.");
            ArchitectureCard card = new("");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                card = name switch
                {
                    "family" => card with { Family = reader.GetString() ?? "" },
                    "image_size" => card with { ImageSize = reader.GetInt32() },
                    "patch_size" => card with { PatchSize = reader.GetInt32() },
                    "num_layers" => card with { NumLayers = reader.GetInt32() },
                    "num_heads" => card with { NumHeads = reader.GetInt32() },
                    "hidden_dim" => card with { HiddenDim = reader.GetInt32() },
                    "mlp_dim" => card with { MlpDim = reader.GetInt32() },
                    "num_classes" => card with { NumClasses = reader.GetInt32() },
                    _ => throw new JsonException($"An architecture has no member {name}."),
                };
            }
            return card.Family.Length > 0 ? card : throw new JsonException("An architecture needs its family.");
        }

        public override void Write(Utf8JsonWriter writer, ArchitectureCard value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("family", value.Family);
            foreach ((string name, int? number) in new[]
            {
                ("image_size", value.ImageSize), ("patch_size", value.PatchSize), ("num_layers", value.NumLayers), ("num_heads", value.NumHeads),
                ("hidden_dim", value.HiddenDim), ("mlp_dim", value.MlpDim), ("num_classes", value.NumClasses),
            })
                if (number is int known) writer.WriteNumber(name, known);
            writer.WriteEndObject();
        }
    }
}
