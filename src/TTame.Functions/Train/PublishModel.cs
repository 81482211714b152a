using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using TTame.Core.Attention;
using TTame.Core.Runs;
using TTame.Core.Training;
using TTame.Functions.Explain;
using TTame.Functions.Hosting;
using TTame.Functions.Runs;

namespace TTame.Functions.Train;

/// <summary>Input of <see cref="PublishModel"/>.</summary>
/// <param name="Setup">What all trials have in common.</param>
/// <param name="Manifest">The lists.</param>
/// <param name="Trial">The chosen trial.</param>
/// <param name="Chosen">The epoch that stands for it.</param>
public sealed record PublishInput(RunSetup Setup, Manifest Manifest, Trial Trial, EpochScore Chosen);

/// <summary>Makes the chosen attention a model that explains.</summary>
public sealed class PublishModel(RunStore store, RunModels models, PublishedModels published)
{
    /// <summary>Publishes the model; it serves from the next image on, without a restart.</summary>
    /// <remarks>At least once: the same checkpoint makes the same files.</remarks>
    /// <returns>SHA-256 of the attention's weights.</returns>
    [Function(nameof(PublishModel))]
    public async Task<string> Run([ActivityTrigger] PublishInput input, CancellationToken cancellation)
    {
        var setup = input.Setup;
        var backbone = models.Backbone(setup.Model, setup.Features);
        using var checkpoint = await CheckpointBlob.ReadAsync(store, input.Chosen.Checkpoint, cancellation);
        using var attention = TrainingChunk.AttentionOf(checkpoint, backbone.Classifier);
        using var weights = attention.ToStateDict();
        var recipe = checkpoint.State.Recipe;
        var notes = JsonSerializer.SerializeToElement(new
        {
            summary = FormattableString.Invariant($"Run {setup.Run}: {input.Manifest.Train.Count} images, {input.Chosen.Epoch} epochs, recipe {recipe.Name}, highest learning rate {recipe.MaxLearningRate:g}, {setup.Workers} worker(s)."),
            run = setup.Run, images = input.Manifest.Train.Count, lists = input.Manifest.Sha256, epochs = input.Chosen.Epoch, recipe, unreadable = checkpoint.State.Unreadable.Count, validation = input.Chosen.Validation,
        }, RecordJson.Options);
        var model = ModelPublication.Make(setup.Name, backbone.Card, weights, setup.Features ?? backbone.Card.Attention?.Features, notes);
        await published.PublishAsync(model, setup.Model, cancellation);
        return model.Card.Attention!.Sha256!;
    }
}
