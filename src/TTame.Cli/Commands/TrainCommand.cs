using System.CommandLine;
using TorchSharp;
using TTame.Cli.Train;
using TTame.Core.Attention;
using TTame.Core.Imaging;
using TTame.Core.Training;

namespace TTame.Cli.Commands;

/// <summary><c>ttame train --images DIR [--model NAME] [--name NAME] …</c>.</summary>
internal static class TrainCommand
{
    private static readonly Dictionary<string, LossKind> Losses = new() { ["paper"] = LossKind.Paper, ["official"] = LossKind.Official };
    private static readonly Dictionary<string, PsiRule> Psis = new() { ["random-classes"] = PsiRule.RandomClasses, ["batch-labels"] = PsiRule.BatchLabels };
    private static readonly Dictionary<string, Augmentation> Augmentations = new() { ["crop"] = Augmentation.Crop, ["crop+flip"] = Augmentation.CropAndFlip, ["centre"] = Augmentation.Centre };
    private static readonly Dictionary<string, MaskingRule> Maskings = new() { ["cnn"] = MaskingRule.Cnn, ["vit"] = MaskingRule.Vit };

    public static Command Build()
    {
        var images = new Option<string[]>("--images") { Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "DIR|TAR|LIST", Description = "Training images: a folder with all below it, a tar, or a list file with a path a line. No labels needed." };
        var (model, models, device) = (CommonOptions.Model(), CommonOptions.Models(), CommonOptions.Device());
        var name = new Option<string?>("--name") { HelpName = "NAME", Description = "Name of the model that comes out. Default: the model's own name." };
        var replace = new Option<bool>("--replace") { Description = "Replace the attention that a model of that name has already." };
        var recipe = Choice("--recipe", "Where all other options start from. Default: paper.", "paper", "official");
        var loss = Choice("--loss", "Definition of the loss. Default: the recipe's.", [.. Losses.Keys]);
        var psi = Choice("--psi", "Classes whose maps the area and variation terms see. Default: the recipe's.", [.. Psis.Keys]);
        var augmentation = Choice("--augmentation", "Where the training window lies. Default: the recipe's.", [.. Augmentations.Keys]);
        var masking = Choice("--masking", "Side of standardisation on which images are masked. Default: by the model's kind.", [.. Maskings.Keys]);
        var variant = Choice("--variant", "Form of the attention mechanism. Default: TAME, the paper's.", [.. AttentionVariant.All.Select(v => v.Name)]);
        var features = new Option<string?>("--features") { HelpName = "TAPS", Description = "Taps that the attention reads: a set's name, or layers separated by commas. Default: the model's." };
        var epochs = CommonOptions.Count("--epochs", "Passes over the images.", Recipe.Paper.Epochs);
        var batch = CommonOptions.Count("--batch", "Images per step.", Recipe.Paper.BatchSize);
        var rate = CommonOptions.Number("--max-lr", "Highest learning rate of the schedule.", Recipe.Paper.MaxLearningRate, double.Epsilon, 1);
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Seed of everything that is drawn. Default: 0." };
        var threads = CommonOptions.Count("--threads", "CPU threads of the numerics; 0: one per core.", 0, least: 0);
        var checkpoint = new Option<string?>("--checkpoint") { HelpName = "FILE", Description = "Where the training is kept while it runs; the same command goes on from it. Default: out/train/NAME.checkpoint." };
        var note = new Option<string?>("--note") { HelpName = "TEXT", Description = "A sentence for the model's card." };
        var command = new Command("train", "Trains the attention mechanism of a model on your images. Interrupted, the same command goes on where it stopped.")
        {
            images, model, name, replace, recipe, loss, psi, augmentation, masking, variant, features, epochs, batch, rate, seed, threads, checkpoint, note, models, device,
        };
        command.SetAction((parsed, cancel) =>
        {
            string from = parsed.GetRequiredValue(model), to = parsed.GetValue(name) ?? from;
            var start = Recipe.Named(parsed.GetValue(recipe) ?? Recipe.Paper.Name);
            var request = new TrainRequest(
                parsed.GetRequiredValue(images), from, to, parsed.GetValue(features),
                start with
                {
                    Loss = Of(Losses, parsed.GetValue(loss)) ?? start.Loss,
                    Psi = Of(Psis, parsed.GetValue(psi)) ?? start.Psi,
                    Augmentation = Of(Augmentations, parsed.GetValue(augmentation)) ?? start.Augmentation,
                    Masking = Of(Maskings, parsed.GetValue(masking)) ?? start.Masking,
                    Epochs = parsed.GetValue(epochs),
                    BatchSize = parsed.GetValue(batch),
                    MaxLearningRate = parsed.GetValue(rate),
                    Seed = parsed.GetValue(seed),
                },
                AttentionVariant.Named(parsed.GetValue(variant) ?? AttentionVariant.Full.Name), parsed.GetValue(checkpoint) ?? Path.Combine("out", "train", $"{to}.checkpoint"), parsed.GetValue(note));
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

    private static T? Of<T>(Dictionary<string, T> values, string? name) where T : struct => name is null ? null : values[name];

    private static Option<string?> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
