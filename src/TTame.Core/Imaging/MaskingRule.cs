namespace TTame.Core.Imaging;

/// <summary>On which side of standardisation a map is multiplied with an image.</summary>
public enum MaskingRule
{
    /// <summary>The map multiplies the pixels, which are standardised afterwards: removed places become black. The paper's rule for convolutional networks.</summary>
    /// <source>T-TAME:Eq. 13</source>
    Cnn,

    /// <summary>The map multiplies the standardised image: removed places become the data set's mean. The paper's rule for vision transformers.</summary>
    /// <source>T-TAME:Eq. 14</source>
    Vit,
}
