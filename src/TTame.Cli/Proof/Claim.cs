namespace TTame.Cli.Proof;

/// <summary>Something that the proof checks.</summary>
/// <param name="Text">What is claimed.</param>
/// <param name="Holds">Whether it was found so.</param>
/// <param name="Found">The figures found.</param>
internal sealed record Claim(string Text, bool Holds, string Found)
{
    /// <summary>The verdict in words.</summary>
    public string Verdict => Holds ? "holds" : "does not hold";
}
