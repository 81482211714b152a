namespace TTame.Functions.Explain;

/// <summary>What became of one event.</summary>
public enum ExplainOutcome
{
    /// <summary>Explained and committed.</summary>
    Explained,

    /// <summary>The result asked for was there already.</summary>
    AlreadyDone,

    /// <summary>The image is gone.</summary>
    Gone,

    /// <summary>Not an image of this app: another container or prefix.</summary>
    Ignored,

    /// <summary>Cannot be explained; filed.</summary>
    Failed,
}
