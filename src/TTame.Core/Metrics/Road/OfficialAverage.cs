namespace TTame.Core.Metrics.Road;

/// <summary>The running mean of the authors' evaluation code, which forgets its first value as soon as there is a second.</summary>
/// <remarks>Only for comparison with numbers made by that code: batch accuracies go in, one per batch.</remarks>
/// <source>SPEC:§9</source>
/// <deviation>D14</deviation>
public sealed class OfficialAverage
{
    private double first, sum;
    private long count;

    /// <summary>Adds one value.</summary>
    public void Add(double value)
    {
        if (count++ == 0) first = value;
        else sum += value;
    }

    /// <summary>The first value while it is alone; after that the mean of all others.</summary>
    /// <exception cref="EmptyScoreException">Nothing was added.</exception>
    public double Value => count switch
    {
        0 => throw new EmptyScoreException("the official average"),
        1 => first,
        _ => sum / (count - 1),
    };
}
