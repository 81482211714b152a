using System.Buffers;
using System.Runtime.Intrinsics.X86;

namespace TTame.Core.Imaging;

/// <summary>Pillow's antialiased bilinear resampling of 8-bit pixels, bit for bit, of any window of the result.</summary>
/// <remarks>Horizontal pass first, rounded to 8 bits, then the vertical one. Only the rows and columns that the window needs are read.</remarks>
/// <source>Pillow:Resample.c</source>
internal static class PillowBilinear
{
    private const int Half = 1 << (FilterTable.Precision - 1);

    /// <summary>The window [left, left + columns) × [top, top + rows) of <paramref name="source"/> brought to <paramref name="width"/> × <paramref name="height"/>.</summary>
    internal static RgbImage Resize(RgbImage source, int width, int height, int left, int top, int columns, int rows)
    {
        RgbImage result = new(columns, rows);
        using FilterTable across = new(source.Width, width, left, columns);
        using FilterTable down = new(source.Height, height, top, rows);
        int first = down.FirstSample, count = down.EndSample - first;
        if (height == source.Height)
        {
            Horizontal(source, first, count, across, result.Pixels);
            return result;
        }

        int stride = columns * RgbImage.Channels;
        byte[] narrow = ArrayPool<byte>.Shared.Rent(checked(count * stride));
        try
        {
            Horizontal(source, first, count, across, narrow);
            if (Avx2.IsSupported && VectorPasses.Takes(down)) VectorPasses.Vertical(narrow, stride, first, down, result.Pixels);
            else Vertical(narrow, stride, first, down, result.Pixels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(narrow);
        }

        return result;
    }

    /// <summary>Rows [first, first + count) of the source, each filtered along its length.</summary>
    private static void Horizontal(RgbImage source, int first, int count, FilterTable filter, Span<byte> target)
    {
        if (Avx2.IsSupported && VectorPasses.Takes(filter))
        {
            VectorPasses.Horizontal(source, first, count, filter, target);
            return;
        }

        for (int y = first; y < first + count; y++)
        {
            var row = source.Row(y);
            for (int x = 0; x < filter.Count; x++, target = target[RgbImage.Channels..])
            {
                int r = Half, g = Half, b = Half;
                int at = filter.Start(x) * RgbImage.Channels;
                foreach (int weight in filter.Weights(x))
                {
                    r += weight * row[at];
                    g += weight * row[at + 1];
                    b += weight * row[at + 2];
                    at += RgbImage.Channels;
                }

                target[0] = ToByte(r);
                target[1] = ToByte(g);
                target[2] = ToByte(b);
            }
        }
    }

    /// <summary>Filters columns; row 0 of <paramref name="source"/> is sample <paramref name="first"/>.</summary>
    private static void Vertical(ReadOnlySpan<byte> source, int stride, int first, FilterTable filter, Span<byte> target)
    {
        for (int y = 0; y < filter.Count; y++)
        {
            var weights = filter.Weights(y);
            int start = (filter.Start(y) - first) * stride;
            for (int x = 0; x < stride; x++)
            {
                int sum = Half;
                for (int k = 0; k < weights.Length; k++) sum += weights[k] * source[start + (k * stride) + x];
                target[(y * stride) + x] = ToByte(sum);
            }
        }
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FilterTable.Precision, byte.MinValue, byte.MaxValue);
}
