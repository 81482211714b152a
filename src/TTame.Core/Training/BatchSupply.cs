using TTame.Core.Imaging;

namespace TTame.Core.Training;

/// <summary>One step's windows, in the order of the epoch.</summary>
/// <param name="Windows">The readable ones.</param>
/// <param name="Images">Their places in the list.</param>
/// <param name="Unreadable">Index and reason of those that are no picture.</param>
public sealed record TrainingBatch(IReadOnlyList<RgbImage> Windows, IReadOnlyList<int> Images, IReadOnlyList<(int Image, string Reason)> Unreadable);

/// <summary>Decodes ahead of the training loop on the thread pool; what it yields does not depend on how far or how fast it runs ahead.</summary>
public static class BatchSupply
{
    /// <summary>Batches decoded before they are needed.</summary>
    public const int DefaultAhead = 2;

    /// <summary>The batches of a range of steps.</summary>
    /// <param name="crops">Where windows come from.</param>
    /// <param name="images">N.</param>
    /// <param name="recipe">Order, batch size and seed.</param>
    /// <param name="firstStep">Counts from 0 over all epochs.</param>
    /// <param name="lastStep">Exclusive.</param>
    /// <param name="ahead">Batches in preparation at any time.</param>
    /// <param name="cancellation">Stops the preparation.</param>
    public static IEnumerable<TrainingBatch> Batches(
        TrainingCrops crops, int images, Recipe recipe, int firstStep, int lastStep, int ahead, CancellationToken cancellation)
        => Prefetch.Of(Work(crops, images, recipe, firstStep, lastStep, cancellation), ahead, cancellation);

    private static IEnumerable<Func<TrainingBatch>> Work(
        TrainingCrops crops, int images, Recipe recipe, int firstStep, int lastStep, CancellationToken cancellation)
    {
        int perEpoch = recipe.StepsPerEpoch(images), orderOf = -1;
        int[] order = [];
        for (int step = firstStep; step < lastStep; step++)
        {
            int epoch = step / perEpoch, start = step % perEpoch * recipe.BatchSize;
            if (epoch != orderOf) (order, orderOf) = (EpochOrder.Of(images, recipe.Seed, epoch), epoch);
            int[] members = order[start..Math.Min(start + recipe.BatchSize, images)];
            yield return () => Prepare(crops, members, epoch, cancellation);
        }
    }

    private static TrainingBatch Prepare(TrainingCrops crops, int[] members, int epoch, CancellationToken cancellation)
    {
        List<RgbImage> windows = [];
        List<int> readable = [];
        List<(int, string)> unreadable = [];
        foreach (int image in members)
        {
            cancellation.ThrowIfCancellationRequested();
            (RgbImage? window, string? reason) = crops.Load(image, epoch);
            if (window is null)
            {
                unreadable.Add((image, reason!));
                continue;
            }
            windows.Add(window);
            readable.Add(image);
        }
        return new(windows, readable, unreadable);
    }
}
