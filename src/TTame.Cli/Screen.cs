using Spectre.Console;

namespace TTame.Cli;

/// <summary>Where a command writes: results to standard output, progress and complaints to standard error, so that results can be piped.</summary>
internal static class Screen
{
    private const int UnboundWidth = 400;

    /// <summary>Results.</summary>
    public static IAnsiConsole Out { get; } = Of(Console.Out, Console.IsOutputRedirected);

    /// <summary>Progress, notes and errors.</summary>
    public static IAnsiConsole Err { get; } = Of(Console.Error, Console.IsErrorRedirected);

    /// <summary>Whether progress bars move: standard error is a terminal.</summary>
    public static bool IsLive => Err.Profile.Capabilities.Interactive;

    /// <summary>A note that is no result.</summary>
    public static void Note(string text) => Err.MarkupLineInterpolated($"[grey]{text}[/]");

    /// <summary>What went wrong.</summary>
    public static void Complain(string text) => Err.MarkupLineInterpolated($"[red]ttame:[/] {text}");

    /// <summary>Runs work under progress bars.</summary>
    public static Task<T> Progress<T>(Func<ProgressContext, Task<T>> work) => Err.Progress()
        .AutoClear(false)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
        .StartAsync(work);

    // Neither colours nor moving bars go into a file or a pipe; there a line is as long as it is.
    private static IAnsiConsole Of(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected) console.Profile.Width = UnboundWidth;
        return console;
    }
}
