using System.CommandLine;
using Spectre.Console;
using TTame.Cli.Remote;

namespace TTame.Cli.Commands;

/// <summary><c>ttame runs [ID] [--follow]</c>.</summary>
internal static class RunsCommand
{
    public static Command Build()
    {
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "A run; without it all runs are listed." };
        var remote = new Option<string>("--remote") { HelpName = "URL", Description = $"The service. Default: {RemoteService.DefaultAddress}.", DefaultValueFactory = _ => RemoteService.DefaultAddress };
        var follow = new Option<bool>("--follow") { Description = "Show how the run goes on until it ends. Ctrl+C leaves it running." };
        var key = RemoteOptions.KeyOption();
        var command = new Command("runs", "Lists the training and evaluation runs of a service, or shows one.") { id, remote, follow, key };
        command.Validators.Add(result =>
        {
            if (result.GetValue(follow) && result.GetValue(id) is null) result.AddError($"{follow.Name} needs a run: ttame runs ID {follow.Name}.");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            using var service = new RemoteService(parsed.GetRequiredValue(remote), parsed.GetValue(key));
            if (parsed.GetValue(id) is not { } run) return await List(service, cancel);
            if (parsed.GetValue(follow)) return await new RunFollower(service).Follow(run, cancel);
            Console.WriteLine((await service.GetAsync($"api/runs/{Uri.EscapeDataString(run)}", cancel)).ToString());
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<int> List(RemoteService service, CancellationToken cancel)
    {
        var table = new Table().AddColumns("run", "kind", "status", "phase", "started");
        foreach (var run in (await service.GetAsync("api/runs", cancel)).EnumerateArray())
            table.AddRow([.. new[] { "id", "kind", "status", "phase", "createdAt" }.Select(member => Markup.Escape(run.GetProperty(member).ToString()))]);
        Screen.Out.Write(table);
        return ExitCode.Done;
    }
}
