namespace TTame.Core.Primitives;

/// <summary>A weights file is not what the model needs: truncated, of another format, or with a missing, extra or misshapen tensor. Not retried.</summary>
/// <param name="file">The file, as the caller named it.</param>
/// <param name="tensor">The tensor, or null where the file as a whole is at fault.</param>
/// <param name="expected">What was asked for.</param>
/// <param name="actual">What was found.</param>
public sealed class WeightsException(string file, string? tensor, string expected, string actual)
    : Exception($"{file}{(tensor is null ? "" : $", tensor {tensor}")}: expected {expected}, found {actual}.")
{
    /// <summary>The file, as the caller named it.</summary>
    public string File { get; } = file;

    /// <summary>The tensor, or null where the file as a whole is at fault.</summary>
    public string? Tensor { get; } = tensor;

    /// <summary>What was asked for.</summary>
    public string Expected { get; } = expected;

    /// <summary>What was found.</summary>
    public string Actual { get; } = actual;
}
