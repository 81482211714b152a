using System.Buffers;

namespace TTame.Core.Imaging;

/// <summary>The antialiased triangle filter of one pass, in fixed point: for each output position, which samples with which weights.</summary>
/// <remarks>
/// From n to m samples: scale = n/m, s = max(scale, 1), centre = (x + ½)·scale, samples from max(trunc(centre − s + ½), 0) up to
/// min(trunc(centre + s + ½), n), weights max(0, 1 − |j − centre + ½| / s) over their sum, each times 2²² and rounded.
/// </remarks>
/// <source>Pillow:Resample.c</source>
internal sealed class FilterTable : IDisposable
{
    /// <summary>Fraction bits of a weight.</summary>
    internal const int Precision = 22;

    private readonly int[] _weights;
    private readonly int[] _starts;
    private readonly int[] _counts;

    /// <summary>Weights for the output positions [first, first + count) of a pass from <paramref name="from"/> to <paramref name="to"/> samples.</summary>
    internal FilterTable(int from, int to, int first, int count)
    {
        double scale = (double)from / to;
        double support = Math.Max(scale, 1);
        Count = count;
        Taps = (int)Math.Ceiling(support) * 2 + 1;
        _weights = ArrayPool<int>.Shared.Rent(checked(count * Taps));
        _starts = ArrayPool<int>.Shared.Rent(count);
        _counts = ArrayPool<int>.Shared.Rent(count);
        double[] shares = ArrayPool<double>.Shared.Rent(Taps);
        for (int i = 0; i < count; i++) Fill(i, (first + i + 0.5) * scale, support, from, shares);
        ArrayPool<double>.Shared.Return(shares);
    }

    /// <summary>Output positions.</summary>
    internal int Count { get; }

    /// <summary>The most weights that a position can have.</summary>
    internal int Taps { get; }

    /// <summary>First sample that any position reads.</summary>
    internal int FirstSample => _starts[0];

    /// <summary>One behind the last sample that any position reads.</summary>
    internal int EndSample => _starts[Count - 1] + _counts[Count - 1];

    /// <summary>First sample of output position <paramref name="i"/>.</summary>
    internal int Start(int i) => _starts[i];

    /// <summary>Weights of output position <paramref name="i"/>, fixed point.</summary>
    internal ReadOnlySpan<int> Weights(int i) => _weights.AsSpan(i * Taps, _counts[i]);

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_weights);
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_counts);
    }

    private void Fill(int i, double centre, double support, int samples, double[] shares)
    {
        int start = Math.Max((int)(centre - support + 0.5), 0);
        int end = Math.Min((int)(centre + support + 0.5), samples);
        double inverse = 1 / support, sum = 0;
        for (int j = start; j < end; j++)
        {
            double share = Math.Max(0, 1 - Math.Abs((j - centre + 0.5) * inverse));
            shares[j - start] = share;
            sum += share;
        }

        _starts[i] = start;
        _counts[i] = end - start;
        for (int k = 0; k < end - start; k++) _weights[(i * Taps) + k] = (int)(0.5 + (shares[k] / sum * (1 << Precision)));
    }
}
