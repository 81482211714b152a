using TTame.Core.Imaging;
using TTame.Core.Primitives;

namespace TTame.Cli;

/// <summary>A mistake that the user can do something about, as the user reads it. Anything else is this program's own and keeps its stack trace.</summary>
/// <param name="ExitCode">One of <see cref="TTame.Cli.ExitCode"/>.</param>
/// <param name="Text">What, which rule, which remedy.</param>
internal sealed record Complaint(int ExitCode, string Text)
{
    /// <summary>The complaint that an exception stands for, or null where it is a fault of this program.</summary>
    public static Complaint? Of(Exception mistake) => mistake switch
    {
        CliException cli => new(cli.ExitCode, cli.Message),
        OperationCanceledException => new(Cli.ExitCode.Interrupted, "Interrupted."),
        ModelException or WeightsException or ImageContentException or ImageListException or ClassSelectionException => new(Cli.ExitCode.Input, mistake.Message),
        DllNotFoundException missing => new(Cli.ExitCode.Machine, $"A native library is missing: {missing.Message} Run ./ttame setup."),
        FileNotFoundException { FileName: { } file } => new(Cli.ExitCode.Input, $"{file} is not there. Is the path right?"),
        DirectoryNotFoundException or FileNotFoundException => new(Cli.ExitCode.Input, $"{mistake.Message} Is the path right?"),
        UnauthorizedAccessException => new(Cli.ExitCode.Input, $"{mistake.Message} Check the file's permissions."),
        IOException => new(Cli.ExitCode.Input, mistake.Message),
        _ => null,
    };
}
