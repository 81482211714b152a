namespace TTame.Core.Imaging.Formats;

/// <summary>A Huffman table of a JPEG, as a look-up by the next bits.</summary>
internal sealed class JpegHuffman
{
    /// <summary>Bits of the fast look-up.</summary>
    internal const int FastBits = 10;

    private const int MostBits = 16;
    private readonly ushort[] _fast = new ushort[1 << FastBits];   // length << 8 | symbol; 0 where the code is longer
    private readonly int[] _endOfLength = new int[MostBits + 1];   // one behind the last code of each length, left-aligned to 16 bits
    private readonly int[] _offset = new int[MostBits + 1];
    private readonly byte[] _symbols;

    /// <summary>Builds the table from the sixteen counts and their symbols.</summary>
    internal JpegHuffman(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        _symbols = symbols.ToArray();
        int code = 0, at = 0;
        for (int length = 1; length <= MostBits; length++)
        {
            _offset[length] = at - code;
            for (int i = 0; i < counts[length - 1]; i++, code++, at++)
            {
                if (code >= 1 << length) throw Refusal.Corrupt("A Huffman table of the JPEG has more codes than its lengths allow.");
                if (length <= FastBits)
                    _fast.AsSpan(code << (FastBits - length), 1 << (FastBits - length)).Fill((ushort)((length << 8) | symbols[at]));
            }

            _endOfLength[length] = code << (MostBits - length);
            code <<= 1;
        }
    }

    /// <summary>Length and symbol (length &lt;&lt; 8 | symbol) of the code at the top of <paramref name="bits"/>; 0 where there is no such code.</summary>
    internal int Look(ulong bits)
    {
        int entry = _fast[bits >> (64 - FastBits)];
        return entry != 0 ? entry : LookLong((int)(bits >> (64 - MostBits)));
    }

    private int LookLong(int next)
    {
        for (int length = FastBits + 1; length <= MostBits; length++)
            if (next < _endOfLength[length])
                return (length << 8) | _symbols[(next >> (MostBits - length)) + _offset[length]];
        return 0;
    }
}
