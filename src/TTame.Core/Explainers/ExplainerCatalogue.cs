using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Primitives;

namespace TTame.Core.Explainers;

/// <summary>The explainers by the names that the command line and the service use.</summary>
public static class ExplainerCatalogue
{
    /// <summary>What separates a method's name from its target layer: <c>grad-cam@blocks.15</c>.</summary>
    public const char LayerSeparator = '@';

    private const int MasksForVgg = 4000;

    private static readonly Dictionary<string, Func<Request, IExplainer>> Makers = new(StringComparer.Ordinal)
    {
        [TTameExplainer.Name] = request => new TTameExplainer(request.Attention(trainedAsLCam: false)),
        [GradCam.Name] = request => new GradCam(request.TargetLayer()),
        ["grad-cam++"] = request => new GradCamPlusPlus(request.TargetLayer()),
        ["score-cam"] = request => new ScoreCam(request.TargetLayer(), request.Options.Chunks),
        ["ablation-cam"] = request => new AblationCam(request.TargetLayer(), request.Options.Chunks),
        ["rise"] = request => new Rise(request.Options.Rise ?? request.PaperMasks(), request.Options.Chunks),
        ["iia"] = request => request.Model.Card.Kind == ModelKind.Vit ? new IiaVit() : new IiaCnn(request.Layer),
        [LCamImg.Name] = request => new LCamImg(request.Attention(trainedAsLCam: true), request.Model.Classifier.Taps[0]),
        ["transformer-lrp"] = _ => new TransformerLrp(),
    };

    /// <summary>All names, in the order of the documentation.</summary>
    public static IReadOnlyList<string> Names => [.. Makers.Keys];

    /// <summary>Whether a method reads the model's trained attention, so that another attention gives other maps.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static bool IsTrained(string name) => name is TTameExplainer.Name or LCamImg.Name;

    /// <summary>Makes an explainer.</summary>
    /// <param name="name">One of <see cref="Names"/>, for methods with a target layer optionally followed by <c>@layer</c>; without it the card's first target is meant.</param>
    /// <param name="model">The model that will be explained.</param>
    /// <param name="options">Options of the methods; null is the default.</param>
    /// <exception cref="ArgumentException">No explainer has that name.</exception>
    /// <exception cref="ModelException">The method does not apply to this model, or the model has no such layer; the reason says why.</exception>
    public static IExplainer Create(string name, LoadedModel model, ExplainerOptions? options = null)
    {
        int at = name.IndexOf(LayerSeparator, StringComparison.Ordinal);
        string method = at < 0 ? name : name[..at];
        return Makers.TryGetValue(method, out Func<Request, IExplainer>? make)
            ? make(new(model, at < 0 ? null : name[(at + 1)..], options ?? new()))
            : throw new ArgumentException($"There is no explainer '{name}'. Known: {string.Join(", ", Makers.Keys)}.", nameof(name));
    }

    private sealed record Request(LoadedModel Model, string? Layer, ExplainerOptions Options)
    {
        public string TargetLayer() => Layer ?? (Model.Card.Targets.Count > 0
            ? Model.Card.Targets[0]
            : throw new ModelException(Model.Card.Name, "its card names no target layer.", $"Name one: method{LayerSeparator}layer."));

        public AttentionMechanism Attention(bool trainedAsLCam)
        {
            if (Model.Attention is { } attention && (attention.Variant == AttentionVariant.LCam) == trainedAsLCam) return attention;
            string wanted = trainedAsLCam ? "L-CAM-Img mechanism" : "attention mechanism";
            throw new ModelException(Model.Card.Name, $"it has no trained {wanted}.", "Train one (ttame train), import one (ttame import), or choose another explainer.");
        }

        public RiseOptions PaperMasks() => Model.Card.Architecture?.Family == "vgg16" ? new(MasksForVgg) : new();
    }
}
