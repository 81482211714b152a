namespace TTame.Cli;

/// <summary>Exit codes of the command line, the same as the script <c>ttame</c>'s; <c>docs/ERRORS.md</c> explains them.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>It ran, and something in it failed: a picture was rejected, a vector did not agree.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage: an option or argument that is not one.</summary>
    public const int Usage = 2;

    /// <summary>An input cannot be used: a file, a model, weights.</summary>
    public const int Input = 3;

    /// <summary>Something that is needed is missing on this machine.</summary>
    public const int Machine = 4;

    /// <summary>Interrupted, as shells count SIGINT.</summary>
    public const int Interrupted = 130;
}
