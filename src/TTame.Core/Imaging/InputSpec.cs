namespace TTame.Core.Imaging;

/// <summary>What a model wants to be given.</summary>
/// <param name="Size">Side of the square input, pixels.</param>
/// <param name="Resize">Length to which the shorter side is brought before the centre crop, pixels; null: to <paramref name="Size"/>, and no crop is lost on square pictures.</param>
/// <param name="Mean">Per channel R, G, B, of values in [0,1].</param>
/// <param name="Std">Per channel R, G, B, of values in [0,1].</param>
public sealed record InputSpec(int Size, int? Resize, float[] Mean, float[] Std)
{
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
