namespace TTame.Core.Primitives;

/// <summary>Says that a computation gave something that is no finite number.</summary>
/// <param name="what">What it is that should be finite, with its article.</param>
public sealed class NonFiniteException(string what) : ArithmeticException($"{what} is not a finite number")
{
    /// <summary>What it is that should be finite.</summary>
    public string What { get; } = what;
}
