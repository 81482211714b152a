namespace TTame.Core.Primitives;

/// <summary>A picture that can't be explained, whatever is done again: its content is at fault. Not retried; filed beside the input.</summary>
/// <param name="code">The stable code, for example <c>truncated</c>.</param>
/// <param name="reason">A sentence that the picture's owner understands.</param>
public sealed class ImageContentException(string code, string reason) : Exception(reason)
{
    /// <summary>The stable code, for example <c>truncated</c>.</summary>
    public string Code { get; } = code;

    /// <summary>A sentence that the picture's owner understands.</summary>
    public string Reason { get; } = reason;
}
