using System.CommandLine;
using System.Text.Json;
using TTame.Cli.Golden;
using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Commands;

/// <summary><c>ttame synthetic-model FAMILY [--name NAME] [--features TAPS] [--salt TEXT]</c>: for developers, who measure with real sizes without real weights.</summary>
internal static class SyntheticModelCommand
{
    private const string DefaultSalt = "ttame";

    public static Command Build()
    {
        var family = new Argument<string>("family") { Description = $"One of {string.Join(", ", SyntheticWeights.Models)}.", HelpName = "FAMILY" };
        family.AcceptOnlyFromAmong([.. SyntheticWeights.Models]);
        var name = new Option<string?>("--name") { Description = "Name of the model that comes out. Default: the family's.", HelpName = "NAME" };
        var features = new Option<string?>("--features") { Description = "Taps that the attention reads: maxpool or conv, layers, block or ln, pools. Default: the family's first.", HelpName = "TAPS" };
        var salt = new Option<string>("--salt") { Description = $"What the weights' seeds begin with: another salt makes other weights. Default: {DefaultSalt}.", HelpName = "TEXT", DefaultValueFactory = _ => DefaultSalt };
        var models = CommonOptions.Models();
        var command = new Command("synthetic-model", "For developers: makes a model of weights that a formula gives (golden/SPEC.md, section 3). It classifies nothing; sizes, memory and times are real.")
        {
            family, name, features, salt, models,
        };
        command.SetAction(parsed =>
        {
            ModelLibrary library = new(parsed.GetRequiredValue(models), new());
            ModelCard card = Make(library, parsed.GetRequiredValue(family), parsed.GetValue(name), parsed.GetValue(features), parsed.GetRequiredValue(salt));
            Screen.Note($"Model {card.Name} is in {Path.Combine(library.Folder, card.Name)}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static ModelCard Make(ModelLibrary library, string family, string? name, string? features, string salt)
    {
        ModelCard card = TorchvisionCards.Of(family, name) with { Licence = "Apache-2.0", Source = $"formula of golden/SPEC.md, salt {salt}" };
        IReadOnlyList<string> sets = Architectures.TapSets(card);
        features ??= sets[0];
        if (!sets.Contains(features))
            throw new CliException(ExitCode.Usage, $"--features: the formula has no attention on the taps {features} of {family}.", $"Name one of {string.Join(", ", sets)}.");
        using (StateDict weights = SyntheticWeights.Make(salt, family, Architectures.Layout(card.Architecture!, card.Classes.Count)))
            card = ModelPublication.Publish(library, card, weights);
        using LoadedModel backbone = library.LoadBackbone(card.Name, CPU, features);
        string tag = $"{family}.attn.{features}.{AttentionVariant.Full.Name}";
        using AttentionMechanism mechanism = SyntheticModel.Attention(salt, tag, backbone.Classifier);
        using StateDict attention = mechanism.ToStateDict();
        return ModelPublication.Publish(library, card.Name, card, attention, features, JsonSerializer.SerializeToElement(new { note = $"not trained: formula, tag {tag}, salt {salt}" }));
    }
}
