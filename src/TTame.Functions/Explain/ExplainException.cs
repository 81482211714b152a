namespace TTame.Functions.Explain;

/// <summary>Says that an image cannot be explained as asked, for good: it is filed, not retried.</summary>
/// <param name="code">Stable code, for machines.</param>
/// <param name="reason">One sentence, for people.</param>
public sealed class ExplainException(string code, string reason) : Exception($"{code}: {reason}")
{
    /// <summary>A class that the model does not have, or that is not named clearly.</summary>
    public const string BadClass = "bad_class";

    /// <summary>A model that is not there, or a name that cannot be one.</summary>
    public const string BadModel = "bad_model";

    /// <summary>Not a finite number, also in full precision.</summary>
    public const string Numeric = "numeric";

    /// <summary>More bytes than the app takes.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Code of a failed record only: an error of the world, tried again by the platform.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Stable code, for machines.</summary>
    public string Code { get; } = code;

    /// <summary>One sentence, for people.</summary>
    public string Reason { get; } = reason;
}
