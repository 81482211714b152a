using System.Globalization;
using System.Text.Json;
using TTame.Core.Training;
using TTame.Core.Training.ClosedForm;

namespace TTame.Cli.Train;

/// <summary>What a card says of a training: enough to repeat it, and a sentence for people.</summary>
internal static class TrainingSummary
{
    /// <summary>The member <c>training</c> of a card's <c>attention</c>.</summary>
    /// <param name="state">The finished training.</param>
    /// <param name="note">Added to the sentence, or null.</param>
    public static JsonElement Of(CheckpointState state, string? note)
    {
        var recipe = state.Recipe;
        int used = state.Images - state.Unreadable.Count;
        bool closed = recipe.Initialisation != Initialisation.Random;
        string start = closed ? $"started in closed form ({Name(recipe.Initialisation)}) from {used} images without labels" : $"started at random";
        string rest = recipe.Epochs == 0 ? "not trained further" : string.Create(
            CultureInfo.InvariantCulture,
            $"trained {recipe.Epochs} epochs over {used} images without labels, batch {recipe.BatchSize}, highest learning rate {recipe.MaxLearningRate}");
        string sentence = $"Attention by recipe '{recipe.Name}': {start}, {rest}.";
        return JsonSerializer.SerializeToElement(new
        {
            note = note is null ? sentence : $"{sentence} {note}",
            recipe = recipe.Name,
            initialisation = Name(recipe.Initialisation),
            closed_form = !closed ? null : new
            {
                masks = recipe.ClosedForm.Masks.Count,
                grids = new[] { recipe.ClosedForm.Masks.CoarsestGrid, recipe.ClosedForm.Masks.FinestGrid },
                mask_keep = recipe.ClosedForm.Masks.KeptShare,
                shift = recipe.ClosedForm.Shift,
                tap_weights = recipe.ClosedForm.TapWeights,
                pooled_weight = recipe.ClosedForm.PooledWeight,
                penalties = state.Penalties,
            },
            rows = Name(recipe.Rows),
            optimiser = Name(recipe.Optimiser),
            loss = Name(recipe.Loss),
            psi = Name(recipe.Psi),
            augmentation = recipe.Augmentation is { } augmentation ? Name(augmentation) : null,
            masking = recipe.Masking is { } masking ? Name(masking) : null,
            masked_pass = Name(recipe.MaskedPass),
            unmasked = Name(recipe.Unmasked),
            weights = new[] { recipe.Weights.CrossEntropy, recipe.Weights.Area, recipe.Weights.Variation, recipe.Weights.AreaExponent },
            epochs = recipe.Epochs,
            batch_size = recipe.BatchSize,
            max_learning_rate = recipe.MaxLearningRate,
            weight_decay = recipe.WeightDecay,
            seed = recipe.Seed,
            images = used,
            list_sha256 = state.ListSha256,
            loss_by_epoch = state.History.Select(e => Math.Round(e.Mean().Total, 4)),
        });
    }

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
