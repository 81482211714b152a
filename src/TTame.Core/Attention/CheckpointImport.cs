using System.Text.Json;
using System.Text.RegularExpressions;
using TorchSharp;
using TTame.Core.Backbones;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Core.Attention;

/// <summary>What an import made.</summary>
/// <param name="Card">The model, as its folder has it now.</param>
/// <param name="Ignored">Calls that the checkpoint asked for and that were not made, by name.</param>
public sealed record ImportedModel(ModelCard Card, IReadOnlyCollection<string> Ignored);

/// <summary>Turns checkpoints of torch into models of a library. The only place that reads pickles.</summary>
public static partial class CheckpointImport
{
    private const string OfficialSuffix = "_TTAME", OfficialTaps = "ln";
    private const string CurrentResNetHash = "11ad3fa6";                          // torchvision's IMAGENET1K_V2, trained for another resize
    private const int CurrentResNetResize = 232;

    /// <summary>An attention mechanism: an official Lightning checkpoint, or a plain state dict.</summary>
    /// <param name="library">Has the backbone; gets the model.</param>
    /// <param name="path">The checkpoint.</param>
    /// <param name="backbone">Name of the model whose backbone it was trained on.</param>
    /// <param name="name">Name of the model that comes out; null: the backbone's own.</param>
    /// <param name="features">Its taps; null: those that the file's name means, else the backbone's default.</param>
    /// <param name="version">Its official version; null: what the file's name means, else <c>TAME</c>.</param>
    /// <remarks>A name that ends in <c>_TTAME</c> means the multiplying adapter and, for a vision transformer, the taps <c>ln</c>.</remarks>
    /// <exception cref="WeightsException">It is no checkpoint, or its tensors are not those of such a mechanism on that backbone.</exception>
    /// <exception cref="ModelException">There is no such backbone, or it has no such taps.</exception>
    /// <exception cref="ArgumentException">There is no such version.</exception>
    public static ImportedModel Attention(ModelLibrary library, string path, string backbone, string? name = null, string? features = null, string? version = null)
    {
        bool isOfficial = Path.GetFileNameWithoutExtension(path).EndsWith(OfficialSuffix, StringComparison.OrdinalIgnoreCase);
        AttentionVariant variant = AttentionVariant.Named(version ?? (isOfficial ? AttentionVariant.FullTimesClassToken : AttentionVariant.Full).Name);
        ModelCard card = library.Card(backbone);
        features ??= isOfficial && card.Kind == ModelKind.Vit ? OfficialTaps : null;
        using LoadedModel model = library.LoadBackbone(backbone, CPU, features);
        using TorchCheckpoint checkpoint = TorchCheckpoint.Open(path);
        string prefix = Prefix(checkpoint, $"{AttentionLayout.Of(variant, model.Classifier.Taps, model.Classifier.Classes).Fuser}.weight");
        using StateDict weights = checkpoint.Read(key => key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null);
        using AttentionMechanism mechanism = AttentionMechanism.Load(weights, variant, model.Classifier.Taps, model.Classifier.Classes, CPU);
        using StateDict official = mechanism.ToStateDict();
        JsonElement training = JsonSerializer.SerializeToElement(new { imported_from = Path.GetFileName(path), numbers = checkpoint.Numbers });
        return new(ModelPublication.Publish(library, name ?? backbone, model.Card with { Attention = null }, official, features, training), checkpoint.Ignored);
    }

    /// <summary>A backbone: one of torchvision's published files, or another state dict under its keys.</summary>
    /// <param name="library">Gets the model.</param>
    /// <param name="path">The checkpoint; where its name ends in a hash, as published files' do, its bytes are held to it.</param>
    /// <param name="family">One of <see cref="TorchvisionCards.Families"/>.</param>
    /// <param name="name">Name of the model that comes out; null: the family's.</param>
    /// <param name="classes">Class names; null, or another number of them: numbered ones.</param>
    /// <exception cref="WeightsException">It is no checkpoint, has another hash, or its tensors are not the family's.</exception>
    /// <exception cref="ArgumentException">There is no such family.</exception>
    public static ImportedModel Backbone(ModelLibrary library, string path, string family, string? name = null, IReadOnlyList<string>? classes = null)
    {
        string? stated = HashInName().Match(Path.GetFileName(path)) is { Success: true } match ? match.Groups[1].Value : null;
        ModelCard card = TorchvisionCards.Of(family, name);
        if (stated is not null && Sha256.OfFile(path) is var hash && !hash.StartsWith(stated, StringComparison.Ordinal))
            throw new WeightsException(path, null, $"a SHA-256 that begins with {stated}, as its name says", hash);
        using TorchCheckpoint checkpoint = TorchCheckpoint.Open(path);
        string head = Architectures.Layout(card.Architecture!, 1)[^1].Key, prefix = Prefix(checkpoint, head);
        using StateDict read = checkpoint.Read(key => key.StartsWith(prefix, StringComparison.Ordinal) ? Current(key[prefix.Length..]) : null);
        int count = (int)read[head].shape[0];
        card = card with
        {
            Classes = classes?.Count == count ? classes : [.. Enumerable.Range(0, count).Select(i => $"class {i}")],
            Input = stated == CurrentResNetHash ? card.Input with { Resize = CurrentResNetResize } : card.Input,
            Source = Path.GetFileName(path),
        };
        using (IClassifier whole = Architectures.Build(card, read, new(CPU))) { }      // every tensor is checked before anything is written
        return new(ModelPublication.Publish(library, card, read), checkpoint.Ignored);
    }

    // torchvision 0.12 called the two layers between blocks linear_1 and linear_2; its published vit_b_16 still does.
    private static string Current(string key)
        => key.Replace(".mlp.linear_1.", ".mlp.0.", StringComparison.Ordinal).Replace(".mlp.linear_2.", ".mlp.3.", StringComparison.Ordinal);

    /// <summary>What stands before the wanted keys: <c>module.</c>, <c>generic.attn_mech.</c>, <c>generic.attn_mech.1.</c> or anything else.</summary>
    private static string Prefix(TorchCheckpoint checkpoint, string anchor)
    {
        string[] prefixes = [.. checkpoint.Keys.Where(key => key == anchor || key.EndsWith($".{anchor}", StringComparison.Ordinal)).Select(key => key[..^anchor.Length])];
        return prefixes.Length == 1
            ? prefixes[0]
            : throw new WeightsException(checkpoint.File, anchor, "one such tensor, whatever stands before its name",
                prefixes.Length == 0 ? $"none among {string.Join(", ", checkpoint.Keys.Take(8))}" : string.Join(", ", prefixes));
    }

    [GeneratedRegex(@"-([0-9a-f]{8,64})\.[A-Za-z0-9]+\z")]
    private static partial Regex HashInName();
}
