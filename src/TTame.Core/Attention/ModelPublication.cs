using System.Text.Json;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Attention;

/// <summary>Writes a trained attention mechanism beside its backbone, so that the model can be loaded.</summary>
public static class ModelPublication
{
    /// <summary>Name of the attention's file in a model's folder.</summary>
    public const string AttentionFile = "attention.safetensors";

    /// <summary>Makes or completes the folder <paramref name="name"/> of a library: weights, attention, and last the card, which makes the model whole.</summary>
    /// <param name="library">The library.</param>
    /// <param name="name">Name of the model that comes out; the backbone's own name adds the attention to that model.</param>
    /// <param name="backbone">The model whose backbone the attention was trained on, with the hash of its file.</param>
    /// <param name="attention">The attention's weights.</param>
    /// <param name="features">The taps it reads, as cards name them; null is the architecture's default.</param>
    /// <param name="training">How it was trained, for people; null where nobody says.</param>
    /// <returns>The card as written.</returns>
    /// <exception cref="ModelException">There is no such backbone, or it states no hash to bind the attention to.</exception>
    public static ModelCard Publish(ModelLibrary library, string name, ModelCard backbone, StateDict attention, string? features, JsonElement? training)
    {
        string hash = backbone.Sha256 ?? throw new ModelException(backbone.Name, "the hash of its weights is not known.", "Load the model first.");
        string from = Path.Combine(library.Folder, library.Card(backbone.Name).Name), to = Path.Combine(library.Folder, name);
        Directory.CreateDirectory(to);
        if (name != backbone.Name) File.Copy(Path.Combine(from, backbone.File), Path.Combine(to, backbone.File), overwrite: true);
        byte[] file = Write(attention, hash);
        Replace(Path.Combine(to, AttentionFile), file);
        var card = backbone with
        {
            Name = name,
            Attention = new(AttentionFile, Sha256.Of(file), features) { Version = attention.Metadata[AttentionLayout.VariantKey], Training = training },
        };
        Replace(Path.Combine(to, ModelCard.FileName), System.Text.Encoding.UTF8.GetBytes(card.ToJson()));
        return card;
    }

    private static byte[] Write(StateDict attention, string backboneSha256)
    {
        using var file = new MemoryStream();
        Safetensors.Write(file, new SortedDictionary<string, Tensor>(attention.ToDictionary(), StringComparer.Ordinal), new Dictionary<string, string>(attention.Metadata) { [ModelLibrary.BackboneKey] = backboneSha256 });
        return file.ToArray();
    }

    // A reader sees the old file or the whole new one.
    private static void Replace(string path, byte[] contents)
    {
        string temporary = path + ".part";
        File.WriteAllBytes(temporary, contents);
        File.Move(temporary, path, overwrite: true);
    }
}
