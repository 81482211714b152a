namespace TTame.Core.Primitives;

/// <summary>A tensor that the caller gave has another shape than the member asks for.</summary>
/// <param name="argument">Name of the parameter.</param>
/// <param name="expected">The shape asked for, in letters and numbers.</param>
/// <param name="actual">The shape found.</param>
public sealed class ShapeException(string argument, string expected, string actual)
    : ArgumentException($"Expected shape {expected}, found {actual}.", argument)
{
    /// <summary>Name of the parameter.</summary>
    public string Argument { get; } = argument;

    /// <summary>The shape asked for, in letters and numbers.</summary>
    public string Expected { get; } = expected;

    /// <summary>The shape found.</summary>
    public string Actual { get; } = actual;
}
