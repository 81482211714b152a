using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Metrics;

/// <summary>Spearman's rank correlation of two maps: 1 where they order the places alike, 0 where they have nothing to do with each other.</summary>
/// <remarks>ρ = the correlation of the ranks, ties sharing their mean rank. [−1, 1]. A map of one class that equals another class's does not explain the class.</remarks>
/// <source>Spearman</source>
public static class RankCorrelation
{
    /// <summary>Compares two maps.</summary>
    /// <param name="one">(1, 1, H, W).</param>
    /// <param name="other">(1, 1, H, W).</param>
    /// <returns>ρ; null where a map is constant.</returns>
    public static double? Of(Tensor one, Tensor other)
    {
        Shape.Require(other, one.size(0), one.size(1), one.size(2), one.size(3));
        double[] a = Ranks(one), b = Ranks(other);
        double mean = (a.Length - 1) / 2.0, product = 0, squareA = 0, squareB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (a[i] - mean) * (b[i] - mean);
            squareA += (a[i] - mean) * (a[i] - mean);
            squareB += (b[i] - mean) * (b[i] - mean);
        }
        return squareA > 0 && squareB > 0 ? product / Math.Sqrt(squareA * squareB) : null;
    }

    private static double[] Ranks(Tensor map)
    {
        using Tensor flat = map.detach().to(ScalarType.Float32).cpu().contiguous();
        float[] values = flat.data<float>().ToArray();
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort((float[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (int first = 0, last; first < order.Length; first = last)
        {
            for (last = first + 1; last < order.Length && values[order[last]] == values[order[first]];) last++;
            for (int i = first; i < last; i++) ranks[order[i]] = (first + last - 1) / 2.0;
        }
        return ranks;
    }
}
