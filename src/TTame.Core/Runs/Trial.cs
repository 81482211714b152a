using TTame.Core.Training;

namespace TTame.Core.Runs;

/// <summary>One training from start to end: a recipe with its seed, and a form of the attention mechanism.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="Recipe">Every hyperparameter.</param>
/// <param name="Variant">Official name of the attention's form.</param>
public sealed record Trial(int Number, Recipe Recipe, string Variant);
