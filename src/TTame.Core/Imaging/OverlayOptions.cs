namespace TTame.Core.Imaging;

/// <summary>How a map is laid over its picture.</summary>
/// <param name="ColourMap">The colours of the map.</param>
/// <param name="Opacity">[0, 1]: how strongly the colours cover the picture.</param>
/// <exception cref="ArgumentOutOfRangeException">An opacity outside [0, 1], or NaN.</exception>
public sealed record OverlayOptions(ColourMap ColourMap, double Opacity)
{
    /// <summary>The options that hold where nobody sets others: <see cref="ColourMap.Viridis"/>, opacity 0.6.</summary>
    public static OverlayOptions Default { get; } = new(ColourMap.Viridis, 0.6);

    /// <summary>[0, 1]: how strongly the colours cover the picture.</summary>
    public double Opacity { get; } = Opacity is >= 0 and <= 1 ? Opacity : throw new ArgumentOutOfRangeException(nameof(Opacity), Opacity, "An opacity is a number from 0 to 1.");
}
