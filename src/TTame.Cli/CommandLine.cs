using System.CommandLine;
using TTame.Cli.Commands;

namespace TTame.Cli;

/// <summary>The command line: its commands, and what becomes of their mistakes.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(30);

    /// <summary>All commands.</summary>
    public static RootCommand Build() => new("See why an image classifier decided as it did.")
    {
        DemoCommand.Build(),
        EvaluateCommand.Build(),
        ExplainCommand.Build(),
        GoldenCommand.Build(),
        HostCommand.Build(),
        ImportBackboneCommand.Build(),
        ImportCommand.Build(),
        ModelsCommand.Build(),
        NearDuplicatesCommand.Build(),
        ProofCommand.Build(),
        RoadCommand.Build(),
        RunsCommand.Build(),
        SyntheticModelCommand.Build(),
        TableCommand.Build(),
        PlotCommand.Build(),
        TrainCommand.Build(),
    };

    /// <summary>Runs one command.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(string[] args)
    {
        var parsed = Build().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Screen.Complain(error.Message);
            Screen.Note($"ttame {parsed.CommandResult.Command.Name} --help shows what it takes.");
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopGrace });
        }
        catch (Exception mistake) when (Complaint.Of(mistake) is { } complaint)
        {
            Screen.Complain(complaint.Text);
            return complaint.ExitCode;
        }
    }
}
