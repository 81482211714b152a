using System.Numerics;

namespace TTame.Core.Imaging.Formats;

/// <summary>Reads a scan's Huffman codes, without making pixels of them: whether every block is there is not to be known otherwise.</summary>
/// <remarks>Decoders fill what is missing with grey and say nothing.</remarks>
/// <source>JPEG:Annex F.2, G.2</source>
internal readonly ref struct JpegScan
{
    private readonly JpegFrame _frame;
    private readonly ReadOnlySpan<JpegComponent> _components;
    private readonly ReadOnlySpan<JpegHuffman?> _dc;
    private readonly ReadOnlySpan<JpegHuffman?> _ac;
    private readonly int _first;
    private readonly int _last;
    private readonly int _high;
    private readonly int _restartInterval;
    private readonly CancellationToken _cancellation;

    internal JpegScan(JpegFrame frame, JpegScanHeader header, int restartInterval, CancellationToken cancellation)
    {
        _frame = frame;
        _components = header.Components;
        _dc = header.Dc;
        _ac = header.Ac;
        _first = header.First;
        _last = header.Last;
        _high = header.High;
        _restartInterval = restartInterval;
        _cancellation = cancellation;
    }

    /// <summary>Reads the scan that begins at <paramref name="position"/>.</summary>
    /// <returns>Where the marker behind it begins.</returns>
    internal int Read(ReadOnlySpan<byte> file, int position)
    {
        JpegBits bits = new(file, position);
        bool isAlone = _components.Length == 1;
        int across = isAlone ? _components[0].BlocksAcross : _frame.UnitsAcross;
        int down = isAlone ? _components[0].BlocksDown : _frame.UnitsDown;
        int untilRestart = _restartInterval, restarts = 0, endOfBandRun = 0;
        for (int y = 0; y < down; y++)
        {
            _cancellation.ThrowIfCancellationRequested();
            for (int x = 0; x < across; x++)
            {
                if (_restartInterval > 0 && untilRestart-- == 0)
                {
                    bits.Restart(restarts++ & 7);
                    untilRestart = _restartInterval - 1;
                    endOfBandRun = 0;
                }

                if (isAlone) Block(ref bits, 0, x, y, ref endOfBandRun);
                else Unit(ref bits, x, y, ref endOfBandRun);
            }
        }

        return bits.NextMarker();
    }

    private void Unit(ref JpegBits bits, int x, int y, ref int endOfBandRun)
    {
        for (int c = 0; c < _components.Length; c++)
        {
            var component = _components[c];
            for (int v = 0; v < component.Down; v++)
                for (int h = 0; h < component.Across; h++)
                    Block(ref bits, c, (x * component.Across) + h, (y * component.Down) + v, ref endOfBandRun);
        }
    }

    private void Block(ref JpegBits bits, int c, int x, int y, ref int endOfBandRun)
    {
        if (!_frame.IsProgressive)
        {
            Direct(ref bits, _dc[c]!);
            Sequential(ref bits, _ac[c]!);
            return;
        }

        if (_first == 0)
        {
            if (_high == 0) Direct(ref bits, _dc[c]!);
            else bits.Skip(1);
            return;
        }

        ref ulong nonZero = ref _components[c].NonZero![((long)y * _components[c].StoredAcross) + x];
        if (_high == 0) FirstPass(ref bits, _ac[c]!, ref nonZero, ref endOfBandRun);
        else Refine(ref bits, _ac[c]!, ref nonZero, ref endOfBandRun);
    }

    private static void Direct(ref JpegBits bits, JpegHuffman table)
    {
        int size = bits.Symbol(table);
        if (size > 15) throw Refusal.Corrupt($"A block of the JPEG has a DC difference of {size} bits.");
        bits.Skip(size);
    }

    private static void Sequential(ref JpegBits bits, JpegHuffman table)
    {
        for (int k = 1; k < JpegFrame.Coefficients; k++)
        {
            int symbol = bits.Symbol(table);
            int size = symbol & 15;
            if (size == 0)
            {
                if (symbol != 0xF0) return;          // end of block
                k += 15;
                continue;
            }

            k += symbol >> 4;
            if (k >= JpegFrame.Coefficients) throw TooLong();
            bits.Skip(size);
        }
    }

    private void FirstPass(ref JpegBits bits, JpegHuffman table, ref ulong nonZero, ref int endOfBandRun)
    {
        if (endOfBandRun > 0)
        {
            endOfBandRun--;
            return;
        }

        for (int k = _first; k <= _last; k++)
        {
            int symbol = bits.Symbol(table);
            int run = symbol >> 4, size = symbol & 15;
            if (size == 0)
            {
                if (run < 15)
                {
                    endOfBandRun = (1 << run) + bits.Read(run) - 1;
                    return;
                }

                k += 15;
                continue;
            }

            k += run;
            if (k >= JpegFrame.Coefficients) throw TooLong();
            bits.Skip(size);
            nonZero |= 1UL << k;
        }
    }

    private void Refine(ref JpegBits bits, JpegHuffman table, ref ulong nonZero, ref int endOfBandRun)
    {
        int k = _first;
        if (endOfBandRun == 0)
        {
            for (; k <= _last; k++)
            {
                int symbol = bits.Symbol(table);
                int run = symbol >> 4, size = symbol & 15;
                if (size == 0 && run < 15)
                {
                    endOfBandRun = (1 << run) + bits.Read(run);
                    break;
                }

                if (size != 0) bits.Skip(1);         // the new coefficient's sign
                for (; k <= _last; k++)
                {
                    if ((nonZero >> k & 1) != 0) bits.Skip(1);
                    else if (--run < 0) break;
                }

                if (size == 0) continue;
                if (k > _last) throw TooLong();
                nonZero |= 1UL << k;
            }
        }

        if (endOfBandRun == 0) return;
        for (int left = BitOperations.PopCount(nonZero & Between(k, _last)); left > 0; left -= 16) bits.Skip(Math.Min(left, 16));
        endOfBandRun--;
    }

    private static ulong Between(int first, int last) => first > last ? 0 : ulong.MaxValue << first & ulong.MaxValue >> (63 - last);

    private static Exception TooLong() => Refusal.Corrupt("A block of the JPEG has more than 64 coefficients.");
}

/// <summary>What stands before a scan's data.</summary>
internal sealed record JpegScanHeader(JpegComponent[] Components, JpegHuffman?[] Dc, JpegHuffman?[] Ac, int First, int Last, int High, int Low);
