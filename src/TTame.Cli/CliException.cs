namespace TTame.Cli;

/// <summary>Says what a command cannot do, why, and what to do about it.</summary>
/// <param name="exitCode">One of <see cref="TTame.Cli.ExitCode"/>.</param>
/// <param name="what">The input or thing at fault, and the rule it breaks.</param>
/// <param name="remedy">What to do.</param>
internal sealed class CliException(int exitCode, string what, string remedy) : Exception($"{what} {remedy}")
{
    public int ExitCode { get; } = exitCode;
}
