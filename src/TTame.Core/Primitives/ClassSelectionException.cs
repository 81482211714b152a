namespace TTame.Core.Primitives;

/// <summary>Says that classes are asked for which the model does not have, or not clearly.</summary>
/// <param name="reason">One sentence, for people.</param>
public sealed class ClassSelectionException(string reason) : ArgumentException(reason)
{
    /// <summary>One sentence, for people.</summary>
    public string Reason { get; } = reason;
}
