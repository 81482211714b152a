namespace TTame.Core.Primitives;

/// <summary>A model can't do what is asked of it, or can't be used at all. Not retried.</summary>
/// <param name="model">Name of the model.</param>
/// <param name="reason">What is wrong.</param>
/// <param name="remedy">What to do about it.</param>
public sealed class ModelException(string model, string reason, string remedy) : Exception($"Model {model}: {reason} {remedy}")
{
    /// <summary>Name of the model.</summary>
    public string Model { get; } = model;

    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
