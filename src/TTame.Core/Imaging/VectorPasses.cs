using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TTame.Core.Imaging;

/// <summary>The two passes of <see cref="PillowBilinear"/> with AVX2, exact: weights are split into 11 + 11 bits, so that products of 16-bit numbers carry them.</summary>
/// <remarks>weight = high·2¹¹ + low. Sums of high·pixel and of low·pixel are kept apart in 32 bits and put together once at the end.</remarks>
internal static unsafe class VectorPasses
{
    private const int Split = FilterTable.Precision / 2;
    private const int LowMask = (1 << Split) - 1;
    private const int Half = 1 << (FilterTable.Precision - 1);
    private const int Together = 4;            // taps in one horizontal step, and rows that share its weights
    private const int LoadedBytes = 16;        // read for the 12 bytes of four pixels

    // Σ low·pixel stays below 2³¹ up to this many taps.
    private const int MostTaps = int.MaxValue / (LowMask * byte.MaxValue) / 2;

    /// <summary>Whether 32-bit sums suffice for the filter.</summary>
    internal static bool Takes(FilterTable filter) => filter.Taps + Together <= MostTaps;

    /// <inheritdoc cref="PillowBilinear"/>
    internal static void Horizontal(RgbImage source, int first, int count, FilterTable filter, Span<byte> target)
    {
        int steps = (filter.Taps + Together - 1) / Together;
        // Per output position and step: four weights' high halves, then their low halves.
        short[] halves = ArrayPool<short>.Shared.Rent(filter.Count * steps * Together * 2);
        int padded = source.Stride + (steps * Together * RgbImage.Channels) + LoadedBytes;
        byte[] copies = ArrayPool<byte>.Shared.Rent(padded * Together);
        SplitWeights(filter, steps, halves);
        int outStride = filter.Count * RgbImage.Channels;
        fixed (byte* pixels = source.Pixels, copied = copies, to = target)
        fixed (short* weights = halves)
        {
            byte** rows = stackalloc byte*[Together];
            byte** outs = stackalloc byte*[Together];
            for (int y = 0; y < count; y += Together)
            {
                for (int r = 0; r < Together; r++)
                {
                    int row = Math.Min(first + y + r, first + count - 1);
                    rows[r] = IsNearEnd(source, row, steps) ? RowCopy(source, row, copied + (r * padded)) : pixels + ((long)row * source.Stride);
                    outs[r] = to + ((long)Math.Min(y + r, count - 1) * outStride);
                }

                FourRows(rows, outs, filter, weights, steps);
            }
        }

        ArrayPool<short>.Shared.Return(halves);
        ArrayPool<byte>.Shared.Return(copies);
    }

    /// <inheritdoc cref="PillowBilinear"/>
    internal static void Vertical(ReadOnlySpan<byte> source, int stride, int first, FilterTable filter, Span<byte> target)
    {
        fixed (byte* from = source, to = target)
            for (int y = 0; y < filter.Count; y++)
            {
                var weights = filter.Weights(y);
                byte* rows = from + ((long)(filter.Start(y) - first) * stride);
                int x = 0;
                for (; x + 8 <= stride; x += 8) EightColumns(rows + x, stride, weights, to + ((long)y * stride) + x);
                for (; x < stride; x++)
                {
                    int sum = Half;
                    for (int k = 0; k < weights.Length; k++) sum += weights[k] * rows[((long)k * stride) + x];
                    to[((long)y * stride) + x] = (byte)Math.Clamp(sum >> FilterTable.Precision, byte.MinValue, byte.MaxValue);
                }
            }
    }

    private static void SplitWeights(FilterTable filter, int steps, Span<short> halves)
    {
        halves[..(filter.Count * steps * Together * 2)].Clear();
        for (int x = 0; x < filter.Count; x++)
        {
            var weights = filter.Weights(x);
            var mine = halves.Slice(x * steps * Together * 2, steps * Together * 2);
            for (int k = 0; k < weights.Length; k++)
            {
                int at = (k / Together * Together * 2) + (k % Together);
                mine[at] = (short)(weights[k] >> Split);
                mine[at + Together] = (short)(weights[k] & LowMask);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(byte** rows, byte** outs, FilterTable filter, short* weights, int steps)
    {
        // Of 16 bytes in both lanes: pixels 0 and 1 in the lower lane, 2 and 3 in the upper, channel by channel as 16-bit pairs.
        var spread = Vector256.Create(
            0, 128, 3, 128, 1, 128, 4, 128, 2, 128, 5, 128, 128, 128, 128, 128,
            6, 128, 9, 128, 7, 128, 10, 128, 8, 128, 11, 128, 128, 128, 128, 128).AsByte();
        byte* row0 = rows[0], row1 = rows[1], row2 = rows[2], row3 = rows[3];
        for (int x = 0; x < filter.Count; x++)
        {
            int at = filter.Start(x) * RgbImage.Channels;
            int used = (filter.Weights(x).Length + Together - 1) / Together;
            int* pairs = (int*)(weights + ((long)x * steps * Together * 2));
            Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
            Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
            for (int s = 0; s < used; s++, at += Together * RgbImage.Channels, pairs += Together)
            {
                var high = Vector256.Create(Vector128.Create(pairs[0]), Vector128.Create(pairs[1])).AsInt16();
                var low = Vector256.Create(Vector128.Create(pairs[2]), Vector128.Create(pairs[3])).AsInt16();
                var p = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(row0 + at), spread).AsInt16();
                high0 += Avx2.MultiplyAddAdjacent(p, high);
                low0 += Avx2.MultiplyAddAdjacent(p, low);
                p = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(row1 + at), spread).AsInt16();
                high1 += Avx2.MultiplyAddAdjacent(p, high);
                low1 += Avx2.MultiplyAddAdjacent(p, low);
                p = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(row2 + at), spread).AsInt16();
                high2 += Avx2.MultiplyAddAdjacent(p, high);
                low2 += Avx2.MultiplyAddAdjacent(p, low);
                p = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(row3 + at), spread).AsInt16();
                high3 += Avx2.MultiplyAddAdjacent(p, high);
                low3 += Avx2.MultiplyAddAdjacent(p, low);
            }

            int to = x * RgbImage.Channels;
            Store(outs[0] + to, high0, low0);
            Store(outs[1] + to, high1, low1);
            Store(outs[2] + to, high2, low2);
            Store(outs[3] + to, high3, low3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(byte* target, Vector256<int> high, Vector256<int> low)
    {
        var sum = ((high.GetLower() + high.GetUpper()) << Split) + low.GetLower() + low.GetUpper() + Vector128.Create(Half);
        var words = Sse41.PackUnsignedSaturate(sum >> FilterTable.Precision, default(Vector128<int>));
        uint rgb = Sse2.PackUnsignedSaturate(words.AsInt16(), default).AsUInt32().ToScalar();
        *(ushort*)target = (ushort)rgb;
        target[2] = (byte)(rgb >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightColumns(byte* rows, int stride, ReadOnlySpan<int> weights, byte* target)
    {
        Vector256<int> high = default, low = default;
        ref int weight = ref MemoryMarshal.GetReference(weights);
        int k = 0;
        for (; k + 2 <= weights.Length; k += 2, rows += 2L * stride)
        {
            int a = Unsafe.Add(ref weight, k), b = Unsafe.Add(ref weight, k + 1);
            var pair = Sse2.UnpackLow(Vector128.CreateScalarUnsafe(*(ulong*)rows).AsByte(), Vector128.CreateScalarUnsafe(*(ulong*)(rows + stride)).AsByte());
            var p = Avx2.ConvertToVector256Int16(pair);
            high += Avx2.MultiplyAddAdjacent(p, Vector256.Create((a >> Split) | ((b >> Split) << 16)).AsInt16());
            low += Avx2.MultiplyAddAdjacent(p, Vector256.Create((a & LowMask) | ((b & LowMask) << 16)).AsInt16());
        }

        if (k < weights.Length)
        {
            int a = Unsafe.Add(ref weight, k);
            var p = Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(*(ulong*)rows).AsByte()).AsInt16();
            high += Avx2.MultiplyAddAdjacent(p, Vector256.Create(a >> Split).AsInt16());
            low += Avx2.MultiplyAddAdjacent(p, Vector256.Create(a & LowMask).AsInt16());
        }

        var sum = ((high << Split) + low + Vector256.Create(Half)) >> FilterTable.Precision;
        var words = Sse41.PackUnsignedSaturate(sum.GetLower(), sum.GetUpper());
        *(ulong*)target = Sse2.PackUnsignedSaturate(words.AsInt16(), default).AsUInt64().ToScalar();
    }

    /// <summary>Whether the padded reads of a row would leave the picture.</summary>
    private static bool IsNearEnd(RgbImage source, int row, int steps)
        => (long)(row + 1) * source.Stride + (steps * Together * RgbImage.Channels) + LoadedBytes > source.Pixels.Length;

    private static byte* RowCopy(RgbImage source, int row, byte* copy)
    {
        source.Row(row).CopyTo(new Span<byte>(copy, source.Stride));
        return copy;
    }
}
