using System.CommandLine;
using TTame.Core.Attention;

namespace TTame.Cli.Commands;

/// <summary><c>ttame import CHECKPOINT --backbone NAME [--name NAME] [--features SET] [--version VERSION]</c>.</summary>
internal static class ImportCommand
{
    public static Command Build()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "A T-TAME checkpoint: Lightning (.ckpt) or a plain state dict, zip or legacy.", HelpName = "CHECKPOINT" };
        var backbone = new Option<string>("--backbone") { Description = "The model that it was trained on; 'ttame import-backbone' makes one.", HelpName = "NAME", Required = true };
        var name = new Option<string?>("--name") { Description = "Name of the model that comes out. Default: the backbone's, which then has this attention.", HelpName = "NAME" };
        var features = new Option<string?>("--features") { Description = "Taps it was trained on: a set such as block, ln, maxpool, conv, layers, or layers separated by commas.", HelpName = "TAPS" };
        var version = new Option<string?>("--version") { Description = $"Official version: {string.Join(", ", AttentionVariant.All.Select(variant => variant.Name))}.", HelpName = "VERSION" };
        version.AcceptOnlyFromAmong([.. AttentionVariant.All.Select(variant => variant.Name)]);
        var models = CommonOptions.Models();
        var command = new Command("import", "Makes a model of a T-TAME checkpoint.") { checkpoint, backbone, name, features, version, models };
        command.SetAction(parsed =>
        {
            ModelLibrary library = new(parsed.GetRequiredValue(models), new() { MissingHash = MissingHash.Warn });
            ImportedModel imported = CheckpointImport.Attention(
                library, parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(backbone), parsed.GetValue(name), parsed.GetValue(features), parsed.GetValue(version));
            Say(library, imported);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What came of an import.</summary>
    internal static void Say(ModelLibrary library, ImportedModel imported)
    {
        if (imported.Ignored.Count > 0) Screen.Note($"The checkpoint asks Python to call {string.Join(", ", imported.Ignored)}. Nothing was called; only its tensors were read.");
        Screen.Note($"Model {imported.Card.Name} is in {Path.Combine(library.Folder, imported.Card.Name)}.");
    }
}
