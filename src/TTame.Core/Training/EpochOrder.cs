using TTame.Core.Primitives;

namespace TTame.Core.Training;

/// <summary>The order of the images in an epoch and the place of each crop: functions of (seed, epoch, image), so that any part of a training can be done anywhere.</summary>
public static class EpochOrder
{
    /// <summary>The permutation of an epoch.</summary>
    /// <param name="images">N.</param>
    /// <param name="seed">The recipe's seed.</param>
    /// <param name="epoch">Counts from 0.</param>
    /// <returns>Every index from 0 to N − 1 once.</returns>
    public static int[] Of(int images, ulong seed, int epoch)
    {
        var order = new int[images];
        for (int i = 0; i < images; i++) order[i] = i;
        SplitMix64 random = new(RandomStream.Fnv1a64($"order/{seed}/{epoch}"));
        for (int i = images - 1; i > 0; i--)
        {
            int j = (int)random.Below((uint)i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>Where an image's window lies in an epoch.</summary>
    /// <param name="freeX">Resized width minus window width.</param>
    /// <param name="freeY">Resized height minus window height.</param>
    /// <param name="seed">The recipe's seed.</param>
    /// <param name="epoch">Counts from 0.</param>
    /// <param name="image">Index in the training list.</param>
    /// <returns>Left and top in [0, free], and whether a flipping recipe mirrors the window.</returns>
    public static (int Left, int Top, bool Flip) Window(int freeX, int freeY, ulong seed, int epoch, int image)
    {
        SplitMix64 random = new(RandomStream.Fnv1a64($"crop/{seed}/{epoch}/{image}"));
        int top = (int)random.Below((uint)freeY + 1), left = (int)random.Below((uint)freeX + 1);
        return (left, top, random.Below(2) == 1);
    }
}
