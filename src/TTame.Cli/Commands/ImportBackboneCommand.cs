using System.CommandLine;
using TTame.Core.Attention;
using TTame.Core.Backbones;

namespace TTame.Cli.Commands;

/// <summary><c>ttame import-backbone FAMILY FILE|URL [--name NAME]</c>.</summary>
internal static class ImportBackboneCommand
{
    /// <summary>Largest file that is fetched: eight times VGG-16's 528 MiB.</summary>
    internal const long MostBytes = 4L << 30;

    public static Command Build()
    {
        var family = new Argument<string>("family") { Description = $"One of {string.Join(", ", TorchvisionCards.Families)}.", HelpName = "FAMILY" };
        family.AcceptOnlyFromAmong([.. TorchvisionCards.Families]);
        var file = new Argument<string>("file") { Description = "torchvision's published weights, or a state dict under its keys: a file or an https address.", HelpName = "FILE|URL" };
        var name = new Option<string?>("--name") { Description = "Name of the model that comes out. Default: the family's.", HelpName = "NAME" };
        var models = CommonOptions.Models();
        var command = new Command("import-backbone", "Makes a model of a classifier's weights.") { family, file, name, models };
        command.SetAction(async (parsed, stop) =>
        {
            ModelLibrary library = new(parsed.GetRequiredValue(models), new() { MissingHash = MissingHash.Warn });
            string given = parsed.GetRequiredValue(file);
            string? fetched = Uri.TryCreate(given, UriKind.Absolute, out Uri? address) && !address.IsFile ? await Fetch(address, stop) : null;
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

    /// <summary>Fetches a file under its own name, which ends in the hash that it is held to.</summary>
    /// <exception cref="CliException">The address is not https, leads elsewhere than https, has no file name, or the file is larger than <see cref="MostBytes"/>.</exception>
    internal static async Task<string> Fetch(Uri address, CancellationToken stop)
    {
        string name = Path.GetFileName(address.LocalPath);
        if (address.Scheme != Uri.UriSchemeHttps || name.Length == 0)
            throw new CliException(ExitCode.Usage, $"{address} is no https address of a file; nothing else is fetched.", "Name an address like https://…/vgg16-397923af.pth, or fetch the file yourself and name it.");
        Screen.Note($"Fetching {address} …");
        // Redirections to plain http are not followed: .NET refuses them.
        using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
        using HttpResponseMessage answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop);
        answer.EnsureSuccessStatusCode();
        string path = Path.Combine(Directory.CreateTempSubdirectory("ttame-").FullName, name);
        try
        {
            await using Stream from = await answer.Content.ReadAsStreamAsync(stop);
            await using FileStream to = File.Create(path);
            await Copy(from, to, answer.Content.Headers.ContentLength, MostBytes, stop);
            return path;
        }
        catch
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
            throw;
        }
    }

    /// <summary>Copies a download of stated or unknown length, and stops where it is larger than allowed.</summary>
    /// <exception cref="CliException">It is.</exception>
    internal static async Task Copy(Stream from, Stream to, long? stated, long most, CancellationToken stop)
    {
        CliException TooLarge() => new(ExitCode.Input, $"The file is larger than {most:N0} bytes, the most that is fetched.", "Fetch it yourself and name the file.");
        if (stated > most) throw TooLarge();
        byte[] buffer = new byte[1 << 16];
        long copied = 0;
        for (int count; (count = await from.ReadAsync(buffer, stop)) > 0;)
        {
            if ((copied += count) > most) throw TooLarge();
            await to.WriteAsync(buffer.AsMemory(0, count), stop);
        }
    }
}
