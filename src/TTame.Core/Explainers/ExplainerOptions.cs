namespace TTame.Core.Explainers;

/// <summary>Options that some methods have.</summary>
public sealed record ExplainerOptions
{
    /// <summary>RISE's masks; null is the paper's set-up for the classifier: 4,000 masks for VGG-16, 8,000 for others.</summary>
    /// <deviation>D17</deviation>
    public RiseOptions? Rise { get; init; }

    /// <summary>Memory that changed copies of an image may take.</summary>
    public ChunkRule Chunks { get; init; } = new();
}
