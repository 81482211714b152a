using System.CommandLine;
using Spectre.Console;
using TTame.Cli.Demo;

namespace TTame.Cli.Commands;

/// <summary><c>ttame demo</c>.</summary>
internal static class DemoCommand
{
    public static Command Build()
    {
        var command = new Command("demo", "Explains twelve photographs through a blob container and shows them on one page, out/demo/index.html. Uses Azurite; needs no Azure.");
        command.SetAction(async (_, cancel) =>
        {
            var clone = RepositoryFolder.Require("demo");
            var (page, failed) = await new DemoRun(clone, clone.Out("demo")).Run(cancel);
            foreach (var (name, failure) in failed) Screen.Complain($"{name}: {failure.Code}: {failure.Reason}");
            if (!File.Exists(page)) throw new CliException(ExitCode.Failed, "No photograph was explained.", $"The service's log is {Path.Combine(clone.Out("demo"), "service.log")}.");
            Screen.Out.MarkupLineInterpolated($"The photographs and their explanations: {page}");
            return failed.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
