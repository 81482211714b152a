using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Core.Backbones;

/// <summary>Cards from and to JSON, strictly.</summary>
internal static partial class ModelCardJson
{
    /// <summary>Bounds on what a card may ask for.</summary>
    private const int LargestInput = 4096, MostClasses = 1_000_000;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new InputConverter() },
    };

    public static string Write(ModelCard card) => JsonSerializer.Serialize(card, Options) + "\n";

    public static ModelCard Read(ReadOnlySpan<byte> json, string name)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        try
        {
            ModelCard card = JsonSerializer.Deserialize<ModelCard>(json, Options) ?? throw new JsonException("It is null.");
            Check(card);
            return card;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new ModelException(name, $"its {ModelCard.FileName} can't be read: {e.Message}", "Correct the file; docs/MODELS.md lists its members.");
        }
    }

    private static void Check(ModelCard card)
    {
        Want(FileName().IsMatch(card.Name), "name", "letters, digits, '.', '_' and '-'");
        Want(card.Format is ModelCard.SafetensorsFormat or ModelCard.TorchScriptFormat, "format", "safetensors or torchscript");
        Want(card.Format == ModelCard.TorchScriptFormat || card.Architecture is not null, "architecture", "given where the format is safetensors");
        CheckFile("file", card.File, card.Sha256);
        InputSpec input = card.Input;
        Want(input.Size is > 0 and <= LargestInput, "input.size", $"1 to {LargestInput}");
        Want(input.Resize is null || input.Resize >= input.Size && input.Resize <= LargestInput, "input.resize", $"null, or input.size to {LargestInput}");
        Want(input.Mean.Length == 3 && input.Mean.All(float.IsFinite), "input.mean", "three numbers");
        Want(input.Std.Length == 3 && input.Std.All(std => float.IsFinite(std) && std > 0), "input.std", "three positive numbers");
        Want(card.Classes.Count is > 0 and <= MostClasses, "classes", $"1 to {MostClasses} names");
        if (card.Attention is AttentionCard attention) CheckFile("attention.file", attention.File, attention.Sha256);
    }

    private static void CheckFile(string member, string file, string? sha256)
    {
        Want(FileName().IsMatch(file), member, "a file name without folders");
        Want(sha256 is null || Hash().IsMatch(sha256), $"{member}'s sha256", "64 hexadecimal digits");
    }

    private static void Want(bool holds, string member, string allowed)
    {
        if (!holds) throw new JsonException($"{member} must be {allowed}.");
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}\z")]
    private static partial Regex Hash();

    private sealed class InputConverter : JsonConverter<InputSpec>
    {
        private sealed record Plain(int Size, int? Resize, float[] Mean, float[] Std);

        public override InputSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => JsonSerializer.Deserialize<Plain>(ref reader, options) is { Size: > 0, Mean: not null, Std: not null } plain
                ? new(plain.Size, plain.Resize, plain.Mean, plain.Std)
                : throw new JsonException("input needs size, mean and std.");

        public override void Write(Utf8JsonWriter writer, InputSpec value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteNumber("size", value.Size);
            if (value.Resize is int resize) writer.WriteNumber("resize", resize);
            else writer.WriteNull("resize");
            WriteNumbers(writer, "mean", value.Mean);
            WriteNumbers(writer, "std", value.Std);
            writer.WriteEndObject();
        }

        private static void WriteNumbers(Utf8JsonWriter writer, string name, float[] values)
        {
            writer.WriteStartArray(name);
            foreach (float value in values) writer.WriteNumberValue(value);
            writer.WriteEndArray();
        }
    }
}
