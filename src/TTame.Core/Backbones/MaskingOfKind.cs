using TTame.Core.Imaging;

namespace TTame.Core.Backbones;

/// <summary>Which masking belongs to which kind of classifier.</summary>
public static class MaskingOfKind
{
    /// <summary>Eq. 13 for convolutional networks, Eq. 14 for vision transformers.</summary>
    /// <param name="kind">The classifier's kind, from its card.</param>
    /// <source>T-TAME:§III-C3</source>
    public static MaskingRule Masking(this ModelKind kind) => kind == ModelKind.Vit ? MaskingRule.Vit : MaskingRule.Cnn;
}
