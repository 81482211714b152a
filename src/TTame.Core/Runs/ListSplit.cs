using TTame.Core.Primitives;

namespace TTame.Core.Runs;

/// <summary>A list split by a seed into training, validation and test places. Each in ascending order.</summary>
/// <param name="Train">To train on.</param>
/// <param name="Validation">By which trials are compared.</param>
/// <param name="Test">For the one measurement at the end.</param>
public sealed record ListSplit(IReadOnlyList<int> Train, IReadOnlyList<int> Validation, IReadOnlyList<int> Test)
{
    /// <summary>Splits; shares are rounded up, so that a share above 0 is at least one image.</summary>
    /// <param name="images">N.</param>
    /// <param name="validationShare">[0, 1).</param>
    /// <param name="testShare">[0, 1).</param>
    /// <param name="seed">The same seed gives the same split.</param>
    /// <exception cref="ArgumentException">Nothing would be left to train on.</exception>
    public static ListSplit Of(int images, double validationShare, double testShare, ulong seed)
    {
        int validation = (int)Math.Ceiling(images * validationShare), test = (int)Math.Ceiling(images * testShare);
        if (images - validation - test < 1)
            throw new ArgumentException($"{images} images are too few for {validation} to validate on, {test} to test on and at least one to train on. Add images or lower the shares.", nameof(images));
        int[] order = [.. Enumerable.Range(0, images)];
        SplitMix64 random = new(RandomStream.Fnv1a64($"split/{seed}"));
        for (int i = images - 1; i > 0; i--)
        {
            int other = (int)random.Below((uint)i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return new(Ascending(order.AsSpan(validation + test)), Ascending(order.AsSpan(0, validation)), Ascending(order.AsSpan(validation, test)));
    }

    /// <summary>The places that a worker trains on: every W-th, so that all have the same mixture.</summary>
    /// <param name="images">Length of the training list.</param>
    /// <param name="worker">Counts from 1.</param>
    /// <param name="workers">W.</param>
    public static int[] OfWorker(int images, int worker, int workers) => [.. Enumerable.Range(0, images).Where(i => i % workers == worker - 1)];

    private static int[] Ascending(ReadOnlySpan<int> places)
    {
        int[] sorted = places.ToArray();
        Array.Sort(sorted);
        return sorted;
    }
}
