namespace TTame.Core.Backbones;

/// <summary>A named layer whose output the attention mechanism reads.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Channels">Channels K of its grid; for a vision transformer, the tokens' width D.</param>
/// <param name="Stride">Pixels of the input per cell of the grid.</param>
public sealed record FeatureTap(string Name, int Channels, int Stride);
