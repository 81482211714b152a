namespace TTame.Core.Imaging;

/// <summary>What a model wants to be given.</summary>
/// <param name="Size">Side of the square input, pixels.</param>
/// <param name="Resize">Length to which the shorter side is brought before the centre crop, pixels; null: to <paramref name="Size"/>, and no crop is lost on square pictures.</param>
/// <param name="Mean">Per channel R, G, B, of values in [0,1].</param>
/// <param name="Std">Per channel R, G, B, of values in [0,1].</param>
public sealed record InputSpec(int Size, int? Resize, float[] Mean, float[] Std)
{
    /// <summary>What torchvision's ImageNet models want: 224 pixels cut from a shorter side of 256, and ImageNet's mean and standard deviation.</summary>
    /// <source>SPEC:§5</source>
    public static InputSpec ImageNet { get; } = new(224, 256, [0.485F, 0.456F, 0.406F], [0.229F, 0.224F, 0.225F]);

    /// <summary>The length to which the shorter side is brought.</summary>
    /// <exception cref="InvalidOperationException">It is below <see cref="Size"/>, so that a crop would not fit.</exception>
    public int ShorterSide => (Resize ?? Size) is var side && side >= Size
        ? side
        : throw new InvalidOperationException($"An input of {Size} pixels cannot be cut from a shorter side of {Resize}.");

    /// <summary>Same numbers, not the same arrays.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(InputSpec? other)
        => other is not null && (Size, Resize) == (other.Size, other.Resize) && Mean.AsSpan().SequenceEqual(other.Mean) && Std.AsSpan().SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Size, Resize, Mean[0], Std[0]);
}
