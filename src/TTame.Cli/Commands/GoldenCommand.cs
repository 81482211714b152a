using System.CommandLine;
using TTame.Cli.Golden;

namespace TTame.Cli.Commands;

/// <summary><c>ttame golden FOLDER [--json FILE]</c>.</summary>
internal static class GoldenCommand
{
    public static Command Build()
    {
        var folder = new Argument<string>("folder") { Description = "A folder of golden vectors, such as 'golden' of this repository." };
        var json = new Option<string?>("--json") { Description = "Also write every check as JSON to this file.", HelpName = "FILE" };
        var only = new Option<string[]>("--only") { Description = "Run only families or backbones of these names.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var command = new Command("golden", "Checks the numerics against golden vectors. The last line is \"N passed, N failed, N skipped\"; exit code 1 where one failed.") { folder, json, only };
        command.SetAction(async (parsed, cancel) =>
        {
            var set = new GoldenSet(parsed.GetRequiredValue(folder));
            var rows = await Run(set, parsed.GetValue(only) ?? [], cancel);
            if (parsed.GetValue(json) is { } path) GoldenReport.Write(path, rows);
            Console.WriteLine(GoldenReport.Text(rows));
            return rows.Any(r => r.Outcome == GoldenOutcome.Failed) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static Task<List<GoldenRow>> Run(GoldenSet set, string[] only, CancellationToken cancel) => Screen.Progress(progress => Task.Run(
        () =>
        {
            var checks = GoldenRun.Checks(set, GoldenFamilies.All).Where(p => only.Length == 0 || only.Contains(p.Family) || only.Contains(p.Backbone)).ToList();
            var bar = progress.AddTask("Checking", maxValue: Math.Max(1, checks.Count));
            List<GoldenRow> rows = only.Length == 0 ? [.. GoldenRun.Unread(set, GoldenFamilies.All)] : [];
            foreach (var check in checks)
            {
                cancel.ThrowIfCancellationRequested();
                bar.Description = $"{check.Family} {check.Backbone}";
                rows.Add(GoldenRun.Run(check));
                bar.Increment(1);
            }
            return rows;
        },
        cancel));
}
