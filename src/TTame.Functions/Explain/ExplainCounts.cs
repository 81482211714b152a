namespace TTame.Functions.Explain;

/// <summary>What became of the images since the process started.</summary>
public sealed class ExplainCounts
{
    private readonly long[] outcomes = new long[Enum.GetValues<ExplainOutcome>().Length];
    private long retries;

    /// <summary>Attempts that ended in an error of the world and are tried again.</summary>
    public long Retries => Interlocked.Read(ref retries);

    /// <summary>Events that ended so.</summary>
    public long Of(ExplainOutcome outcome) => Interlocked.Read(ref outcomes[(int)outcome]);

    internal ExplainOutcome Count(ExplainOutcome outcome)
    {
        Interlocked.Increment(ref outcomes[(int)outcome]);
        return outcome;
    }

    internal void CountRetry() => Interlocked.Increment(ref retries);
}
