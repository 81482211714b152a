namespace TTame.Core.Backbones;

/// <summary>What the feature map adapter does with a vision transformer's class token.</summary>
/// <deviation>D2</deviation>
public enum ClassTokenUse
{
    /// <summary>Leaves it out (the paper; official versions other than <c>TTAME</c>).</summary>
    Exclude,

    /// <summary>Multiplies every patch token by it (official version <c>TTAME</c>, that of the published checkpoints).</summary>
    Multiply,
}
