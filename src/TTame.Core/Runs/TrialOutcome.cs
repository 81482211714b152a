namespace TTame.Core.Runs;

/// <summary>Where a trial stood after an epoch.</summary>
/// <param name="Epoch">Counts from 1; 0 is the start.</param>
/// <param name="Checkpoint">Path of its checkpoint.</param>
/// <param name="Validation">Its scores on the validation list.</param>
public sealed record EpochScore(int Epoch, string Checkpoint, ListScore Validation);

/// <summary>What came of one trial.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Epochs">Its scores after each epoch; empty where it failed.</param>
/// <param name="Chosen">The epoch that stands for it; null where it failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record TrialOutcome(Trial Trial, IReadOnlyList<EpochScore> Epochs, EpochScore? Chosen, string? Error)
{
    /// <summary>A trial that came to its end.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="epochs">Its scores, in order.</param>
    /// <param name="selectEpoch">Whether the best of its epochs stands for it (ties: the earlier one), or its last.</param>
    public static TrialOutcome Of(Trial trial, IReadOnlyList<EpochScore> epochs, bool selectEpoch)
    {
        EpochScore chosen = selectEpoch ? epochs.MinBy(epoch => epoch.Validation.Criterion())! : epochs[^1];
        return double.IsFinite(chosen.Validation.Criterion()) ? new(trial, epochs, chosen, null) : Failed(trial, "none of the validation images could be measured");
    }

    /// <summary>A trial that failed.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="error">Why.</param>
    public static TrialOutcome Failed(Trial trial, string error) => new(trial, [], null, error);

    /// <summary>The best trial by the validation list: the smallest AD(15 %) − IC(15 %), ties to fewer epochs, then to the earlier trial.</summary>
    /// <param name="outcomes">All trials.</param>
    /// <exception cref="InvalidOperationException">All failed.</exception>
    /// <source>T-TAME:§IV-C</source>
    public static TrialOutcome Best(IReadOnlyList<TrialOutcome> outcomes)
        => outcomes.Where(outcome => outcome.Chosen is not null)
                .OrderBy(outcome => outcome.Chosen!.Validation.Criterion()).ThenBy(outcome => outcome.Chosen!.Epoch).ThenBy(outcome => outcome.Trial.Number)
                .FirstOrDefault()
            ?? throw new InvalidOperationException($"Every trial failed: {string.Join("; ", outcomes.Select(outcome => $"trial {outcome.Trial.Number}: {outcome.Error}"))}");
}
