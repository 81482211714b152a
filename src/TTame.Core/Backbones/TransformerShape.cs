namespace TTame.Core.Backbones;

/// <summary>The numbers that make one vision transformer differ from another.</summary>
/// <param name="ImageSize">Side of the square input, pixels.</param>
/// <param name="PatchSize">Side of a patch, pixels.</param>
/// <param name="Layers">Encoder blocks.</param>
/// <param name="Heads">Attention heads per block.</param>
/// <param name="Width">Width D of a token.</param>
/// <param name="MlpWidth">Width of the hidden layer between blocks.</param>
internal sealed record TransformerShape(int ImageSize, int PatchSize, int Layers, int Heads, int Width, int MlpWidth)
{
    /// <summary>ViT-B-16.</summary>
    /// <source>ViT:Table 1</source>
    public static TransformerShape B16 { get; } = new(224, 16, 12, 12, 768, 3072);

    /// <summary>The golden vectors' small transformer.</summary>
    /// <source>SPEC:§11</source>
    public static TransformerShape Toy { get; } = new(112, 8, 3, 4, 48, 192);

    /// <summary>Patch tokens T.</summary>
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);
}
