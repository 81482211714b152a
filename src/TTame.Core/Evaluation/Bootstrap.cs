using TTame.Core.Primitives;

namespace TTame.Core.Evaluation;

/// <summary>A mean and the interval in which it lies.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">The 2.5 % quantile of the resampled means.</param>
/// <param name="High">The 97.5 % quantile.</param>
/// <param name="Count">Values.</param>
public readonly record struct Interval(double Mean, double Low, double High, int Count);

/// <summary>95 % intervals of means by the percentile bootstrap over images, seeded.</summary>
/// <remarks>
/// Resample r of n values always draws the same places, whatever is measured: two means of the same images move together, so that the interval of a paired difference is
/// the interval of the differences.
/// </remarks>
/// <source>Bootstrap</source>
public static class Bootstrap
{
    /// <summary>Resamples by default.</summary>
    public const int DefaultResamples = 2000;

    private const double Tail = 0.025;

    /// <summary>The mean of some values and its interval.</summary>
    /// <param name="values">One per image, in the order of the list.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static Interval Of(IReadOnlyList<double> values, ulong seed, int resamples = DefaultResamples)
    {
        if (values.Count == 0) throw new ArgumentException("A mean of nothing has no value.", nameof(values));
        double[] all = [.. values], means = new double[resamples];
        SplitMix64 random = new(RandomStream.Fnv1a64($"bootstrap/{seed}/{all.Length}"));
        for (int r = 0; r < resamples; r++)
        {
            double sum = 0;
            for (int i = 0; i < all.Length; i++) sum += all[random.Below((uint)all.Length)];
            means[r] = sum / all.Length;
        }
        Array.Sort(means);
        return new(all.Sum() / all.Length, Quantile(means, Tail), Quantile(means, 1 - Tail), all.Length);
    }

    private static double Quantile(double[] sorted, double q)
    {
        double place = q * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
