using System.CommandLine;
using TTame.Cli.Local;

namespace TTame.Cli.Commands;

/// <summary><c>ttame host</c>.</summary>
internal static class HostCommand
{
    private const string Storage = "AzureWebJobsStorage";

    public static Command Build()
    {
        var rest = new Argument<string[]>("host options") { Arity = ArgumentArity.ZeroOrMore, Description = "Options of the local host, such as --port 7072, --verbose, --scan SECONDS." };
        var command = new Command("host", "Runs the service on this machine (port 7071). Starts Azurite (data in out/azurite) where the storage is local and none runs.")
        {
            rest,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            var clone = RepositoryFolder.Require("host");
            string[] arguments = [.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens];
            await using var azurite = await AzuriteIfNeeded(clone, cancel);
            var start = Service.StartInfo(clone, arguments, []);
            start.Environment.TryAdd(Storage, "UseDevelopmentStorage=true");
            await using var service = ChildProcess.Start("The service", start, logPath: null);
            return await service.Ended(cancel);
        });
        return command;
    }

    // Whoever names a storage account in the environment or in local.settings.json wants that one.
    private static async Task<Azurite?> AzuriteIfNeeded(RepositoryFolder clone, CancellationToken cancel)
    {
        string? named = Environment.GetEnvironmentVariable(Storage) ?? LocalSettings.Value(Path.Combine(clone.Root, "local.settings.json"), Storage);
        if (named is not (null or "" or "UseDevelopmentStorage=true")) return null;
        if (await FreePorts.IsTaken(Azurite.UsualPorts[0], cancel)) return null;
        Screen.Note($"Starting Azurite (ports {string.Join(", ", Azurite.UsualPorts)}; data in {clone.Out("azurite")}) …");
        return await Azurite.Start(clone, clone.Out("azurite"), Azurite.UsualPorts, cancel);
    }
}
