using TTame.Core.Backbones;

namespace TTame.Core.Explainers;

/// <summary>What the paper prints as forward passes per explanation, for the backbones that it evaluates. Passes that really were made are counted and stand beside it.</summary>
/// <source>T-TAME:§IV-D</source>
/// <deviation>D21</deviation>
public static class PrintedPasses
{
    // In the order of Backbones; 0 where the paper has no number.
    private static readonly Dictionary<string, int[]> Rows = new(StringComparer.Ordinal)
    {
        ["t-tame"] = [1, 1, 1],
        ["grad-cam"] = [1, 1, 1],
        ["grad-cam++"] = [1, 1, 1],
        ["score-cam"] = [512, 2048, 768],
        ["ablation-cam"] = [2048, 8192, 768],
        ["rise"] = [4000, 8000, 8000],
        ["iia"] = [12, 12, 44],
        ["l-cam-img"] = [1, 1, 0],
        ["transformer-lrp"] = [0, 0, 1],
    };

    private static readonly string[] Backbones = ["vgg16", "resnet50", "vit_b_16"];

    /// <summary>The printed number.</summary>
    /// <param name="explainer">As the catalogue names it; a target layer is not looked at.</param>
    /// <param name="card">The model.</param>
    /// <returns>Null where the paper prints none: another backbone, or a method that it does not run there.</returns>
    public static int? Of(string explainer, ModelCard card)
    {
        int backbone = card.Architecture is { } known ? Array.IndexOf(Backbones, Name(known)) : -1;
        return backbone >= 0 && Rows.TryGetValue(explainer.Split(ExplainerCatalogue.LayerSeparator)[0], out int[]? row) && row[backbone] > 0 ? row[backbone] : null;
    }

    private static string Name(ArchitectureCard card)
        => card is { Family: "vision_transformer", PatchSize: 16, NumLayers: 12, HiddenDim: 768 } ? "vit_b_16" : card.Family;
}
