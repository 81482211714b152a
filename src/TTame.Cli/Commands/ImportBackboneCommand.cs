using System.CommandLine;
using TTame.Core.Attention;
using TTame.Core.Backbones;

namespace TTame.Cli.Commands;

/// <summary><c>ttame import-backbone FAMILY FILE|URL [--name NAME]</c>.</summary>
internal static class ImportBackboneCommand
{
    public static Command Build()
    {
        var family = new Argument<string>("family") { Description = $"One of {string.Join(", ", TorchvisionCards.Families)}.", HelpName = "FAMILY" };
        family.AcceptOnlyFromAmong([.. TorchvisionCards.Families]);
        var file = new Argument<string>("file") { Description = "torchvision's published weights, or a state dict under its keys: a file or an http(s) address.", HelpName = "FILE|URL" };
        var name = new Option<string?>("--name") { Description = "Name of the model that comes out. Default: the family's.", HelpName = "NAME" };
        var models = CommonOptions.Models();
        var command = new Command("import-backbone", "Makes a model of a classifier's weights.") { family, file, name, models };
        command.SetAction(async (parsed, stop) =>
        {
            ModelLibrary library = new(parsed.GetRequiredValue(models), new() { MissingHash = MissingHash.Warn });
            string given = parsed.GetRequiredValue(file);
            string? fetched = Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? await Fetch(address!, stop) : null;
            try
            {
                ImportCommand.Say(library, CheckpointImport.Backbone(library, fetched ?? given, parsed.GetRequiredValue(family), parsed.GetValue(name), ClassNames()));
            }
            finally
            {
                if (fetched is not null) Directory.Delete(Path.GetDirectoryName(fetched)!, recursive: true);
            }
            return ExitCode.Done;
        });
        return command;
    }

    // The embedded default knows ImageNet's class names, which published weights do not carry.
    private static IReadOnlyList<string>? ClassNames()
        => new ModelLibrary(RepositoryFolder.DefaultModels, new()).List().FirstOrDefault(card => card.Name == CommonOptions.DefaultModel)?.Classes;

    // Under its own name, which ends in the hash that it is held to.
    private static async Task<string> Fetch(Uri address, CancellationToken stop)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("ttame-").FullName, Path.GetFileName(address.LocalPath));
        Screen.Note($"Fetching {address} …");
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        await using Stream from = await client.GetStreamAsync(address, stop);
        await using FileStream to = File.Create(path);
        await from.CopyToAsync(to, stop);
        return path;
    }
}
