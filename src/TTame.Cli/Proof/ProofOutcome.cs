namespace TTame.Cli.Proof;

/// <summary>What was found, for the page and for programs.</summary>
/// <param name="Plan">What it was made with.</param>
/// <param name="Claims">Claims with their verdicts.</param>
/// <param name="Trials">The trials of the first run.</param>
/// <param name="Main">The published model beside Grad-CAM.</param>
/// <param name="Kills">What the run said of itself just before each kill.</param>
/// <param name="Times">How long the runs took.</param>
internal sealed record ProofOutcome(
    ProofPlan Plan, IReadOnlyList<Claim> Claims, IReadOnlyList<TrialFigures> Trials, ProofFigures Main, IReadOnlyList<string> Kills, IReadOnlyList<RunTime> Times);

/// <summary>A trial on the validation list.</summary>
/// <param name="Rate">Highest learning rate.</param>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Drop">AD(15 %), percent.</param>
/// <param name="Increase">IC(15 %), percent.</param>
/// <param name="Chosen">Whether it is the one published.</param>
internal sealed record TrialFigures(double Rate, int Epoch, double Drop, double Increase, bool Chosen);

/// <summary>How long a run took, from its first step to its last.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Seconds">Seconds.</param>
internal sealed record RunTime(string Run, double Seconds);
