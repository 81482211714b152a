using TTame.Core.Backbones;
using TTame.Core.Primitives;

namespace TTame.Core.Attention;

/// <summary>A folder of a model library: a card, or the reason why there is none.</summary>
/// <param name="Name">The folder's name, which is the model's.</param>
/// <param name="Card">What the model is; null where its card can't be read or means a network that there is not.</param>
/// <param name="Problem">Why not; null where it can.</param>
public sealed record ModelEntry(string Name, ModelCard? Card, ModelException? Problem)
{
    /// <summary>The feature taps that the card means, without its weights; null for a TorchScript program, which knows them when it has run.</summary>
    public IReadOnlyList<FeatureTap>? Taps { get; init; }
}
