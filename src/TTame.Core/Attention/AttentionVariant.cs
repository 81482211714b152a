using TTame.Core.Backbones;

namespace TTame.Core.Attention;

/// <summary>Which parts an attention mechanism is built of; named as the official code names it.</summary>
/// <source>T-TAME:§IV-E1</source>
public sealed record AttentionVariant
{
    /// <summary>Everything: convolution, batch norm, skip connection, ReLU. The paper's.</summary>
    public static AttentionVariant Full { get; } = new("TAME");

    /// <summary>As <see cref="Full"/>, and a transformer's patch tokens are multiplied by their class token first; the published checkpoints' name.</summary>
    /// <deviation>D2</deviation>
    public static AttentionVariant FullTimesClassToken { get; } = new("TTAME") { ClassToken = ClassTokenUse.Multiply };

    /// <summary>Without the skip connection, branches as wide as their tap.</summary>
    public static AttentionVariant NoSkip { get; } = new("NoskipSame") { HasSkip = false };

    /// <summary>Without the skip connection, branches as wide as there are classes: what the official code does.</summary>
    /// <deviation>D8</deviation>
    public static AttentionVariant NoSkipWide { get; } = new("Noskipconnection") { HasSkip = false, HasClassWidth = true };

    /// <summary>Convolution and ReLU only.</summary>
    public static AttentionVariant NoSkipNoBatchNorm { get; } = new("NoskipNobatchnorm") { HasSkip = false, HasBatchNorm = false };

    /// <summary>A sigmoid in the place of the branches' ReLU.</summary>
    public static AttentionVariant SigmoidInBranch { get; } = new("Sigmoidinfeaturebranch") { HasSigmoid = true };

    /// <summary>L-CAM-Img: no branches, one convolution on one tap.</summary>
    /// <source>L-CAM:§3</source>
    public static AttentionVariant LCam { get; } = new("LCAM") { HasBranches = false };

    /// <summary>Every variant.</summary>
    public static IReadOnlyList<AttentionVariant> All { get; } = [Full, FullTimesClassToken, NoSkip, NoSkipWide, NoSkipNoBatchNorm, SigmoidInBranch, LCam];

    private AttentionVariant(string name) => Name = name;

    /// <summary>The official name of the version.</summary>
    public string Name { get; }

    /// <summary>Whether there are feature branches before the fusion module.</summary>
    public bool HasBranches { get; private init; } = true;

    /// <summary>Whether a branch adds its input to its convolution's output.</summary>
    public bool HasSkip { get; private init; } = true;

    /// <summary>Whether a branch normalises.</summary>
    public bool HasBatchNorm { get; private init; } = true;

    /// <summary>Whether a branch has as many channels as there are classes.</summary>
    public bool HasClassWidth { get; private init; }

    /// <summary>Whether a branch ends in a sigmoid; else in a ReLU.</summary>
    public bool HasSigmoid { get; private init; }

    /// <summary>What the feature map adapter does with a transformer's class token.</summary>
    public ClassTokenUse ClassToken { get; private init; }

    /// <summary>The variant of that name.</summary>
    /// <param name="name">Case does not matter.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static AttentionVariant Named(string name)
        => All.FirstOrDefault(variant => variant.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
           ?? throw new ArgumentException($"No version {name} of the attention mechanism; there are {string.Join(", ", All.Select(variant => variant.Name))}.", nameof(name));
}
