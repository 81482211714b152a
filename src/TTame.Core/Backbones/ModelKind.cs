namespace TTame.Core.Backbones;

/// <summary>What sort of network a backbone is; it decides how images are masked and how feature maps are read.</summary>
public enum ModelKind
{
    /// <summary>A convolutional network: feature maps are grids already.</summary>
    Cnn,

    /// <summary>A vision transformer: feature maps are tokens, which the feature map adapter turns into grids.</summary>
    Vit,
}
