using System.CommandLine;
using System.Text.Json.Nodes;
using TorchSharp;
using TTame.Cli.Remote;
using TTame.Cli.Train;
using TTame.Core.Attention;
using TTame.Core.Imaging;
using TTame.Core.Training;

namespace TTame.Cli.Commands;

/// <summary><c>ttame train --images DIR [--model NAME] [--name NAME] …</c>.</summary>
internal static class TrainCommand
{
    public static Command Build()
    {
        var images = new Option<string[]>("--images") { Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "DIR|TAR|LIST", Description = "Training images: a folder with all below it, a tar, or a list file with a path a line. No labels needed." };
        var every = CommonOptions.Count("--every", "Only every Nth image of the list, from the first on.", 1);
        var (model, models, device) = (CommonOptions.Model(), CommonOptions.Models(), CommonOptions.Device());
        var name = new Option<string?>("--name") { HelpName = "NAME", Description = "Name of the model that comes out. Default: the model's own name." };
        var replace = new Option<bool>("--replace") { Description = "Replace the attention that a model of that name has already." };
        var recipe = new RecipeOptions();
        var variant = Choice("--variant", "Form of the attention mechanism. Default: TAME, the paper's.", [.. AttentionVariant.All.Select(v => v.Name)]);
        var features = new Option<string?>("--features") { HelpName = "TAPS", Description = "Taps that the attention reads: a set's name, or layers separated by commas. Default: the model's." };
        var threads = CommonOptions.Count("--threads", "CPU threads of the numerics; 0: one per core.", 0, least: 0);
        var checkpoint = new Option<string?>("--checkpoint") { HelpName = "FILE", Description = "Where the training is kept while it runs; the same command goes on from it. Default: out/train/NAME.checkpoint." };
        var sums = new Option<string?>("--sums") { HelpName = "FILE", Description = "Where a closed-form start keeps its sums; another start from the same images, masks, β and seed reads them instead of passing over the images again." };
        var note = new Option<string?>("--note") { HelpName = "TEXT", Description = "A sentence for the model's card." };
        var command = new Command("train", "Trains the attention mechanism of a model on your images. Interrupted, the same command goes on where it stopped.")
        {
            images, every, model, name, replace, variant, features, threads, checkpoint, sums, note, models, device,
        };
        foreach (var option in recipe.All) command.Options.Add(option);
        var remote = new RemoteOptions();
        remote.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            if (parsed.GetValue(remote.Remote) is not null)
            {
                RemoteOptions.Refuse(parsed, [every, models, device, threads, checkpoint, sums, note, replace]);
                return remote.Run("train", parsed, OneSource(parsed.GetRequiredValue(images)), new Dictionary<string, JsonNode?>(recipe.Members(parsed))
                {
                    ["model"] = CommonOptions.Given(parsed, model), ["name"] = parsed.GetValue(name), ["features"] = parsed.GetValue(features), ["variants"] = parsed.GetValue(variant) is { } form ? new JsonArray(form) : null,
                }, cancel, new Dictionary<string, JsonNode> { ["recipe"] = Recipe.FewImages.Name });
            }
            string from = parsed.GetRequiredValue(model), to = parsed.GetValue(name) ?? from;
            var request = new TrainRequest(
                parsed.GetRequiredValue(images), parsed.GetValue(every), from, to, parsed.GetValue(features), recipe.Read(parsed),
                AttentionVariant.Named(parsed.GetValue(variant) ?? AttentionVariant.Full.Name), parsed.GetValue(checkpoint) ?? Path.Combine("out", "train", $"{to}.checkpoint"), recipe.KeptBytes(parsed), parsed.GetValue(sums), parsed.GetValue(note));
            var library = new ModelLibrary(parsed.GetRequiredValue(models), new() { MissingHash = MissingHash.Warn });
            RequireFree(library, to, parsed.GetValue(replace));
            if (parsed.GetValue(threads) is > 0 and var count) torch.set_num_threads(count);
            return Run(new TrainRun(request, library), request, Devices.Of(parsed.GetRequiredValue(device)), cancel);
        });
        return command;
    }

    private static async Task<int> Run(TrainRun run, TrainRequest request, torch.Device device, CancellationToken cancel)
    {
        try
        {
            var (card, unreadable) = await Screen.Progress(progress => Task.Run(() => run.Run(device, new TrainingDisplay(progress.AddTask("Training")), cancel), cancel));
            foreach (var image in unreadable) Screen.Complain($"{image.Name} could not be read: {image.Reason}");
            Console.WriteLine($"{card.Name} is trained: {TrainingNote.Of(card)}");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Screen.Note($"Stopped. The same command goes on from {request.Checkpoint}.");
            return ExitCode.Interrupted;
        }
    }

    private static void RequireFree(ModelLibrary library, string name, bool replace)
    {
        if (replace || library.List().FirstOrDefault(card => card.Name == name) is not { Attention: not null }) return;
        throw new CliException(ExitCode.Usage, $"The model {name} has a trained attention already.", "Give another --name, or --replace.");
    }

    private static string OneSource(string[] images) => images is [var one] ? one : throw new CliException(ExitCode.Usage, "With --remote there is one source of images.", "Put them under one prefix, or name them in a list blob.");

    private static Option<string?> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
