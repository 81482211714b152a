using TTame.Core.Attention;
using TTame.Core.Training;

namespace TTame.Cli.Train;

/// <summary>What <c>ttame train</c> is asked for.</summary>
/// <param name="Images">Folders, tars and list files, in order.</param>
/// <param name="Every">n: only every nth image is used.</param>
/// <param name="Model">The model whose backbone is explained.</param>
/// <param name="Name">Name of the model that comes out.</param>
/// <param name="Features">Taps to read; null is the model's own.</param>
/// <param name="Recipe">Hyperparameters.</param>
/// <param name="Variant">Form of the attention mechanism.</param>
/// <param name="Checkpoint">File that an interrupted training goes on from.</param>
/// <param name="KeptBytes">Memory for the classifier's answers to unmasked images; 0: none are kept.</param>
/// <param name="Sums">File that keeps the sums of a closed-form start for other trainings, or null.</param>
/// <param name="Note">A sentence for the card, or null.</param>
internal sealed record TrainRequest(IReadOnlyList<string> Images, int Every, string Model, string Name, string? Features, Recipe Recipe, AttentionVariant Variant, string Checkpoint, long KeptBytes, string? Sums, string? Note);
