using TTame.Core.Primitives;
using TTame.Core.Weights;

namespace TTame.Core.Backbones;

/// <summary>The networks that this library builds from weights, by the family in a card.</summary>
public static class Architectures
{
    private static readonly Dictionary<string, Func<WeightTable, ArchitectureCard, Network>> Families = new(StringComparer.Ordinal)
    {
        ["efficientnet_lite0"] = (weights, _) => new EfficientNetLite0(weights),
        ["resnet50"] = (weights, _) => new ResNet50(weights),
        ["toy_cnn"] = (weights, _) => new ToyCnn(weights),
        ["toy_vit"] = (weights, _) => new VisionTransformer(weights, TransformerShape.Toy),
        ["vgg16"] = (weights, _) => new Vgg16(weights),
        ["vision_transformer"] = (weights, card) => new VisionTransformer(weights, ShapeOf(card)),
        ["vit_b_16"] = (weights, _) => new VisionTransformer(weights, TransformerShape.B16),
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names => Families.Keys;

    /// <summary>Builds a classifier from weights.</summary>
    /// <param name="card">Family, input and classes.</param>
    /// <param name="weights">Under torchvision's keys; disposed neither here nor later; they may share memory with what is built, so they are not to be changed any more.</param>
    /// <param name="options">Device, dtype, memory layout.</param>
    /// <param name="features">Name of a tap set, or layers separated by commas; null: the family's default.</param>
    /// <param name="classToken">For a vision transformer: what becomes of the class token.</param>
    /// <exception cref="WeightsException">A tensor is missing, extra, misshapen or not finite.</exception>
    /// <exception cref="ModelException">Unknown family or taps, or a card that contradicts the weights.</exception>
    public static IClassifier Build(ModelCard card, StateDict weights, NetworkOptions options, string? features = null, ClassTokenUse classToken = ClassTokenUse.Exclude)
    {
        ArchitectureCard architecture = card.Architecture ?? throw new ModelException(card.Name, "the card names no architecture.", "Name one.");
        var build = Family(architecture, card.Name);
        WeightTable table = new(weights, options);
        try
        {
            return Wrap(build(table, architecture), card, features, classToken);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>The same network read at other taps: for comparing tap sets without loading weights again.</summary>
    /// <param name="classifier">Built by <see cref="Build"/>.</param>
    /// <param name="features">As in <see cref="Build"/>.</param>
    /// <param name="classToken">As in <see cref="Build"/>.</param>
    /// <returns>Shares the weights: dispose one of the two.</returns>
    /// <exception cref="ModelException">Unknown taps, or a TorchScript program.</exception>
    public static IClassifier WithTaps(IClassifier classifier, string? features, ClassTokenUse classToken = ClassTokenUse.Exclude)
        => classifier is NetworkClassifier network
            ? network.With(features, classToken)
            : throw new ModelException(classifier.Card.Name, "its taps are those of its program.", "Load it again with the taps wanted.");

    /// <summary>Every tensor that a network needs, in the order of its parts; batch norm's counters are left out.</summary>
    /// <param name="architecture">Family and, for a vision transformer, its numbers.</param>
    /// <param name="classes">Number of classes C.</param>
    /// <exception cref="ModelException">Unknown family, or a number is missing.</exception>
    public static IReadOnlyList<(string Key, long[] Shape)> Layout(ArchitectureCard architecture, int classes)
    {
        using WeightTable table = new(classes);
        Family(architecture, architecture.Family)(table, architecture);
        return table.Asked;
    }

    /// <summary>The feature taps that a card means, without its weights.</summary>
    /// <param name="card">The model.</param>
    /// <param name="features">As in <see cref="Build"/>.</param>
    /// <returns>Null for TorchScript, which knows its taps when it has run.</returns>
    /// <exception cref="ModelException">Unknown family or taps.</exception>
    public static IReadOnlyList<FeatureTap>? Taps(ModelCard card, string? features) => Described(card, network => TapsOf(network, card.Name, features));

    /// <summary>Names of the tap sets that the paper or the official code uses, the default first.</summary>
    /// <param name="card">The model.</param>
    /// <returns>None for TorchScript.</returns>
    /// <exception cref="ModelException">Unknown family.</exception>
    public static IReadOnlyList<string> TapSets(ModelCard card) => Described<IReadOnlyList<string>>(card, network => [.. network.TapSets.Keys]) ?? [];

    /// <summary>A classifier that owns <paramref name="network"/>.</summary>
    internal static NetworkClassifier Wrap(Network network, ModelCard card, string? features, ClassTokenUse classToken)
    {
        IReadOnlyList<FeatureTap> taps = TapsOf(network, card.Name, features);
        if (network is VisionTransformer { Form: var form } && form.ImageSize != card.Input.Size)
            throw new ModelException(card.Name, $"its input.size is {card.Input.Size}, its position embedding is for {form.ImageSize}.", $"Set input.size to {form.ImageSize}, or train position embeddings for the other size.");
        return network is VisionTransformer transformer
            ? new TransformerClassifier(transformer, card, taps, classToken)
            : new NetworkClassifier(network, card, taps, classToken);
    }

    private static T? Described<T>(ModelCard card, Func<Network, T> look) where T : class
    {
        if (card.Format == ModelCard.TorchScriptFormat || card.Architecture is not { } architecture) return null;
        using WeightTable table = new(card.Classes.Count);
        return look(Family(architecture, card.Name)(table, architecture));
    }

    private static Func<WeightTable, ArchitectureCard, Network> Family(ArchitectureCard architecture, string model)
        => Families.TryGetValue(architecture.Family, out var build)
            ? build
            : throw new ModelException(model, $"no such architecture: {architecture.Family}.", $"Use one of {string.Join(", ", Names)}, or TorchScript.");

    private static IReadOnlyList<FeatureTap> TapsOf(Network network, string model, string? features)
    {
        if (features is null) return network.TapSets.Values.First();
        if (network.TapSets.TryGetValue(features, out var set)) return set;
        string[] layers = features.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. layers.Select(layer => network.TapAt(network.Resolve(layer)) ?? throw new ModelException(
            model, $"no feature tap {layer}.", $"Use a set ({string.Join(", ", network.TapSets.Keys)}) or its layers: "
            + $"{string.Join(", ", network.TapSets.Values.SelectMany(taps => taps).Select(tap => tap.Name))}."))];
    }

    private static TransformerShape ShapeOf(ArchitectureCard card)
    {
        TransformerShape shape = new(Need(card.ImageSize, "image_size"), Need(card.PatchSize, "patch_size"), Need(card.NumLayers, "num_layers"),
            Need(card.NumHeads, "num_heads"), Need(card.HiddenDim, "hidden_dim"), Need(card.MlpDim, "mlp_dim"));
        if (shape.ImageSize % shape.PatchSize != 0 || shape.Width % shape.Heads != 0)
            throw new ModelException(card.Family, "image_size must be a multiple of patch_size, and hidden_dim of num_heads.", "Correct the card's architecture.");
        return shape;
    }

    private static int Need(int? value, string member)
        => value is > 0 and < 1 << 16 ? value.Value : throw new ModelException("vision_transformer", $"the card's architecture lacks {member}.", "Add it, from 1 to 65535.");
}
