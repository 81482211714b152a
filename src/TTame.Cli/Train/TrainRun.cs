using TTame.Core.Attention;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Training;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Train;

/// <summary>Trains an attention mechanism on this machine and publishes the model.</summary>
internal sealed class TrainRun(TrainRequest request, ModelLibrary library)
{
    /// <summary>Trains from the start, or goes on where an earlier call was interrupted.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancel">Stops within a step; the checkpoint stays.</param>
    /// <returns>The published card, and the images that could not be read.</returns>
    /// <exception cref="CliException">The name is taken, or the checkpoint belongs to another training.</exception>
    public (ModelCard Card, IReadOnlyList<UnreadableImage> Unreadable) Run(Device device, IProgress<TrainingProgress> progress, CancellationToken cancel)
    {
        using var model = library.Load(request.Model, device, request.Features ?? library.Card(request.Model).Attention?.Features);
        foreach (string warning in model.Warnings) Screen.Note(warning);
        using var images = ImageList.Every(ImageList.Concat([.. request.Images.Select(path => ImageList.Open(path))]), request.Every);
        foreach (string file in new[] { request.Checkpoint, request.Sums }.OfType<string>()) Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        using var half = request.Recipe.MaskedPass == PassPrecision.BFloat16 ? InHalfPrecision(model, device) : null;
        using var passes = new PassCache(request.KeptBytes);
        var inputs = new TrainingInputs(model.Classifier, images) { Passes = passes, Half = half?.Classifier };
        using var trained = Train(inputs, progress, cancel);
        using var attention = TrainingChunk.AttentionOf(trained, model.Classifier);
        using StateDict weights = attention.ToStateDict();
        string? features = request.Features ?? library.Card(request.Model).Attention?.Features;
        var card = ModelPublication.Publish(library, request.Name, model.Card, weights, features, TrainingSummary.Of(trained.State, request.Note));
        File.Delete(request.Checkpoint);
        return (card, trained.State.Unreadable);
    }

    private LoadedModel InHalfPrecision(LoadedModel model, Device device)
    {
        if (model.Card.Format == ModelCard.TorchScriptFormat)
            throw new CliException(ExitCode.Usage, $"{model.Card.Name} is a TorchScript program: its weights can't be loaded in bfloat16.", "Leave --masked-pass out.");
        var options = new ModelLibraryOptions { MissingHash = MissingHash.Warn, Dtype = ScalarType.BFloat16 };
        return new ModelLibrary(library.Folder, options).LoadBackbone(request.Model, device, request.Features);
    }

    private Checkpoint Train(TrainingInputs inputs, IProgress<TrainingProgress> progress, CancellationToken cancel)
    {
        var trainer = new Trainer(inputs, request.Recipe, request.Variant, new() { CheckpointPath = request.Checkpoint, SumsPath = request.Sums });
        try
        {
            return trainer.Run(progress, cancel);
        }
        catch (ArgumentException unfit)                        // numbers out of range, an empty list, a checkpoint of another training
        {
            throw new CliException(ExitCode.Usage, unfit.Message, "'ttame train --help' lists the options.");
        }
    }
}
