using System.Text.Json;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Attention;

/// <summary>A model as it is published: its card and its attention's file.</summary>
/// <param name="Card">The card, with the attention's hash in it.</param>
/// <param name="Attention">The weights file.</param>
public sealed record PublishedModel(ModelCard Card, byte[] Attention);

/// <summary>Writes models into a library so that they can be loaded: a backbone, and a trained attention mechanism beside it.</summary>
public static class ModelPublication
{
    /// <summary>Name of the attention's file in a model's folder.</summary>
    public const string AttentionFile = "attention.safetensors";

    /// <summary>Makes a folder of a backbone without an attention mechanism: its weights, and last its card, which makes the model whole.</summary>
    /// <param name="library">The library.</param>
    /// <param name="card">The model; its hash is filled in.</param>
    /// <param name="weights">Under the architecture's keys; batch norm's counters are left out.</param>
    /// <returns>The card as written.</returns>
    public static ModelCard Publish(ModelLibrary library, ModelCard card, StateDict weights)
    {
        string folder = Path.Combine(library.Folder, card.Name), file = Path.Combine(folder, card.File);
        Directory.CreateDirectory(folder);
        Safetensors.Write(file, weights.Where(entry => !entry.Key.EndsWith(WeightTable.Counter, StringComparison.Ordinal)));
        card = card with { Sha256 = Sha256.OfFile(file) };
        Replace(Path.Combine(folder, ModelCard.FileName), System.Text.Encoding.UTF8.GetBytes(card.ToJson()));
        return card;
    }

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
        PublishedModel made = Make(name, backbone, attention, features, training);
        Place(library, made, backbone.Name);
        return made.Card;
    }

    /// <summary>The card and the file of a publication, written nowhere yet. The same inputs make the same bytes.</summary>
    /// <param name="name">Name of the model that comes out.</param>
    /// <param name="backbone">The model whose backbone the attention was trained on, with the hash of its file.</param>
    /// <param name="attention">The attention's weights.</param>
    /// <param name="features">The taps it reads, as cards name them; null is the architecture's default.</param>
    /// <param name="training">How it was trained, for people; null where nobody says.</param>
    /// <exception cref="ModelException">The backbone states no hash to bind the attention to.</exception>
    public static PublishedModel Make(string name, ModelCard backbone, StateDict attention, string? features, JsonElement? training)
    {
        string hash = backbone.Sha256 ?? throw new ModelException(backbone.Name, "the hash of its weights is not known.", "Load the model first.");
        byte[] file = Write(attention, hash);
        var card = backbone with
        {
            Name = name,
            Attention = new(AttentionFile, Sha256.Of(file), features) { Version = attention.Metadata[AttentionLayout.VariantKey], Training = training },
        };
        return new(card, file);
    }

    /// <summary>Puts a publication into a library.</summary>
    /// <param name="library">The library.</param>
    /// <param name="model">What is published.</param>
    /// <param name="backbone">The model in the library whose weights file it shares.</param>
    /// <exception cref="ModelException">There is no such backbone.</exception>
    public static void Place(ModelLibrary library, PublishedModel model, string backbone)
    {
        string name = model.Card.Name, from = Path.Combine(library.Folder, library.Card(backbone).Name), to = Path.Combine(library.Folder, name);
        Directory.CreateDirectory(to);
        if (name != backbone) File.Copy(Path.Combine(from, model.Card.File), Path.Combine(to, model.Card.File), overwrite: true);
        Replace(Path.Combine(to, AttentionFile), model.Attention);
        Replace(Path.Combine(to, ModelCard.FileName), System.Text.Encoding.UTF8.GetBytes(model.Card.ToJson()));
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
