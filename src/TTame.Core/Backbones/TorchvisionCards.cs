using TTame.Core.Imaging;

namespace TTame.Core.Backbones;

/// <summary>What the architectures of the paper, and the golden vectors' toys, want to be given.</summary>
public static class TorchvisionCards
{
    /// <summary>Mean and standard deviation of ImageNet's training images, per channel R, G, B, of values in [0, 1].</summary>
    public static readonly float[] ImageNetMean = [0.485f, 0.456f, 0.406f], ImageNetStd = [0.229f, 0.224f, 0.225f];

    private const int ImageNetClasses = 1000, ToyClasses = 10, Crop = 224, ShorterSide = 256;

    // kind, side, number of classes, target layers of the CAM methods
    private static readonly Dictionary<string, (ModelKind Kind, InputSpec Input, int Classes, string Target)> Table = new(StringComparer.Ordinal)
    {
        ["vgg16"] = (ModelKind.Cnn, Input(Crop, ShorterSide), ImageNetClasses, "features.29"),
        ["resnet50"] = (ModelKind.Cnn, Input(Crop, ShorterSide), ImageNetClasses, "layer4.2"),
        ["vit_b_16"] = (ModelKind.Vit, Input(Crop, ShorterSide), ImageNetClasses, "encoder.layers.encoder_layer_11.ln_1"),
        ["toy_cnn"] = (ModelKind.Cnn, Input(32, null), ToyClasses, "relu3"),
        ["toy_vit"] = (ModelKind.Vit, Input(112, null), ToyClasses, "encoder.layers.encoder_layer_2.ln_1"),
    };

    /// <summary>Their families.</summary>
    public static IReadOnlyCollection<string> Families => Table.Keys;

    /// <summary>A card for one of them.</summary>
    /// <param name="family">The family.</param>
    /// <param name="name">The model's name; null: the family's.</param>
    /// <param name="classes">Class names; null: numbered ones, as many as the published weights have.</param>
    /// <exception cref="ArgumentException">It is none of <see cref="Families"/>.</exception>
    public static ModelCard Of(string family, string? name = null, IReadOnlyList<string>? classes = null)
    {
        if (!Table.TryGetValue(family, out var row)) throw new ArgumentException($"No published card for {family}; there are {string.Join(", ", Families)}.", nameof(family));
        return new()
        {
            Name = name ?? family,
            Kind = row.Kind,
            Format = ModelCard.SafetensorsFormat,
            File = ModelCard.WeightsFile,
            Architecture = new(family),
            Input = row.Input,
            Classes = classes ?? [.. Enumerable.Range(0, row.Classes).Select(i => $"class {i}")],
            Targets = [row.Target],
        };
    }

    private static InputSpec Input(int size, int? resize) => new(size, resize, ImageNetMean, ImageNetStd);
}
