using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Attention;

/// <summary>A folder of models: one folder each, with a <c>model.json</c>.</summary>
/// <param name="folder">Need not exist yet.</param>
/// <param name="options">How to load.</param>
public sealed class ModelLibrary(string folder, ModelLibraryOptions options)
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Every folder with a card, in ordinal order of the names, readable or not.</summary>
    public IReadOnlyList<ModelEntry> Entries() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateDirectories(Folder).Where(path => File.Exists(Path.Combine(path, ModelCard.FileName)))
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).Select(Look)]
        : [];

    /// <summary>The cards that can be read.</summary>
    public IReadOnlyList<ModelCard> List() => [.. Entries().Where(entry => entry.Card is not null).Select(entry => entry.Card!)];

    /// <summary>One model's card. The folder's name is the model's, whatever the card says.</summary>
    /// <param name="name">The model.</param>
    /// <exception cref="ModelException">There is no such model, or its card can't be read.</exception>
    public ModelCard Card(string name)
    {
        string path = Path.Combine(Folder, name, ModelCard.FileName);
        if (name != Path.GetFileName(name) || name is "" or "." or ".." || !File.Exists(path))
            throw new ModelException(name, $"there is none in {Folder}.", $"Use one of: {string.Join(", ", Entries().Select(entry => entry.Name))}.");
        return ModelCard.Parse(File.ReadAllBytes(path), name) with { Name = name };
    }

    /// <summary>Loads a model.</summary>
    /// <param name="name">The model.</param>
    /// <param name="device">Where it goes.</param>
    /// <param name="features">Taps to read instead of the card's; then the card's attention is left out.</param>
    /// <exception cref="ModelException">There is no such model, its card can't be read or contradicts the weights, or a hash is missing.</exception>
    /// <exception cref="WeightsException">A file is missing, has another hash, or is not what the card says.</exception>
    public LoadedModel Load(string name, Device device, string? features = null) => features is null ? Load(Card(name), Card(name).Attention, null, device) : LoadBackbone(name, device, features);

    /// <summary>Loads a model without its attention mechanism.</summary>
    /// <param name="name">The model.</param>
    /// <param name="device">Where it goes.</param>
    /// <param name="features">Taps to read; null: the network's default.</param>
    /// <exception cref="ModelException">As for <see cref="Load(string, Device, string?)"/>.</exception>
    /// <exception cref="WeightsException">As for <see cref="Load(string, Device, string?)"/>.</exception>
    public LoadedModel LoadBackbone(string name, Device device, string? features = null) => Load(Card(name), null, features, device);

    private LoadedModel Load(ModelCard card, AttentionCard? attention, string? features, Device device)
    {
        string name = card.Name;
        List<string> warnings = [];
        using var scope = NewDisposeScope();
        AttentionVariant variant = VariantOf(card, attention);
        (IClassifier classifier, string hash) = Classifier(card, device, features ?? attention?.Features, variant.ClassToken, warnings);
        card = card with { Sha256 = hash };
        try
        {
            if (attention is null) return new(card, classifier, null, Sha256.Joint(hash)) { Warnings = warnings };
            (StateDict weights, string attentionHash) = Weights(name, attention.File, attention.Sha256, warnings);
            using StateDict read = weights;
            if (weights.Metadata.TryGetValue(BackboneKey, out string? backbone) && !backbone.Equals(hash, StringComparison.OrdinalIgnoreCase))
                throw new WeightsException(weights.File, null, $"an attention mechanism trained on the backbone {hash}", backbone);
            AttentionMechanism loaded = AttentionMechanism.Load(weights, variant, classifier.Taps, classifier.Classes, device, options.Dtype);
            loaded.Freeze();
            return new(card with { Attention = attention with { Sha256 = attentionHash } }, classifier, loaded, Sha256.Joint(hash, attentionHash)) { Warnings = warnings };
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    /// <summary>Metadata of an attention's weights file: SHA-256 of the backbone's file that it was trained on.</summary>
    public const string BackboneKey = "backbone_sha256";

    private ModelEntry Look(string name)
    {
        try
        {
            ModelCard card = Card(name);
            return new(name, card, null) { Taps = Architectures.Taps(card, card.Attention?.Features) };
        }
        catch (ModelException problem)
        {
            return new(name, null, problem);
        }
    }

    private static AttentionVariant VariantOf(ModelCard card, AttentionCard? attention)
    {
        try
        {
            return AttentionVariant.Named(attention?.Version ?? AttentionVariant.Full.Name);
        }
        catch (ArgumentException unknown)
        {
            throw new ModelException(card.Name, unknown.Message, "Correct attention.version in its card.");
        }
    }

    private (StateDict Weights, string Hash) Weights(string model, string file, string? stated, List<string> warnings)
    {
        string path = Find(model, file, stated);
        (StateDict weights, string hash) = Safetensors.ReadHashed(path);
        try
        {
            Compare(model, file, stated, hash, warnings);
            return (weights, hash);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    // What was hashed is what is loaded: a file is read once.
    private (IClassifier Classifier, string Hash) Classifier(ModelCard card, Device device, string? features, ClassTokenUse classToken, List<string> warnings)
    {
        if (card.Format == ModelCard.TorchScriptFormat)
        {
            string path = Find(card.Name, card.File, card.Sha256);
            byte[] program = File.ReadAllBytes(path);
            string programHash = Sha256.Of(program);
            Compare(card.Name, card.File, card.Sha256, programHash, warnings);
            return (new TorchScriptClassifier(program, path, card with { Sha256 = programHash }, device, features, classToken), programHash);
        }
        (StateDict weights, string hash) = Weights(card.Name, card.File, card.Sha256, warnings);
        using StateDict read = weights;
        return (Architectures.Build(card with { Sha256 = hash }, read, new(device) { Dtype = options.Dtype }, features, classToken), hash);
    }

    private string Find(string model, string file, string? stated)
    {
        string path = Path.Combine(Folder, model, file);
        if (!File.Exists(path)) throw new WeightsException(path, null, "a file", "none");
        return stated is not null || options.MissingHash == MissingHash.Warn
            ? path
            : throw new ModelException(model, $"its card states no sha256 for {file}.", "Add it; sha256sum prints it.");
    }

    private void Compare(string model, string file, string? stated, string hash, List<string> warnings)
    {
        if (stated is null) warnings.Add($"Model {model}: its card states no sha256 for {file}; add \"sha256\": \"{hash}\".");
        else if (!stated.Equals(hash, StringComparison.OrdinalIgnoreCase)) throw new WeightsException(Path.Combine(Folder, model, file), null, $"SHA-256 {stated}", hash);
    }
}
