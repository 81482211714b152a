namespace TTame.Core.Imaging.Formats;

/// <summary>A prefix code of a lossless WebP: complete, or of one symbol that takes no bits.</summary>
/// <source>WebP:lossless bitstream §6.2</source>
internal sealed class LosslessCode
{
    /// <summary>The longest code.</summary>
    internal const int MostBits = 15;

    private const int MostFastBits = 8;
    private const int SymbolBits = 12;
    private readonly int[] _symbols;                        // by code, shortest first
    private readonly int[] _counts = new int[MostBits + 1];
    private readonly ushort[] _fast;                        // by the next bits: length << 12 | symbol; 0 where the code is longer
    private readonly int _fastBits;

    /// <summary>The code in which symbol i has <c>lengths[i]</c> bits, 0 where it is not used.</summary>
    internal LosslessCode(ReadOnlySpan<byte> lengths)
    {
        foreach (byte length in lengths) _counts[length]++;
        int used = lengths.Length - _counts[0], longest = MostBits;
        if (used == 0) throw Refusal.Corrupt("A code of the WebP has no symbol.");
        _counts[0] = 0;
        while (_counts[longest] == 0) longest--;
        _symbols = Sorted(lengths, used, longest);
        _fastBits = Math.Min(longest, MostFastBits);
        _fast = used == 1 ? [] : new ushort[1 << _fastBits];
        if (used == 1) return;
        int code = 0, at = 0;
        for (int length = 1; length <= longest; length++)
        {
            code <<= 1;
            for (int i = 0; i < _counts[length]; i++, code++, at++)
                if (length <= _fastBits && code < 1 << length)
                    for (int next = Reversed(code, length); next < _fast.Length; next += 1 << length)
                        _fast[next] = (ushort)((length << SymbolBits) | _symbols[at]);
        }

        if (code != 1 << longest) throw Refusal.Corrupt("A code of the WebP is not complete.");
    }

    /// <summary>Whether there is one symbol only, which takes no bits.</summary>
    internal bool IsSingle => _symbols.Length == 1;

    /// <summary>The first symbol.</summary>
    internal int First => _symbols[0];

    /// <summary>The symbol whose code is lowest in <paramref name="bits"/>, and its length.</summary>
    internal (int Symbol, int Length) Look(uint bits)
    {
        int entry = _fast[bits & ((1u << _fastBits) - 1)];
        return entry != 0 ? (entry & ((1 << SymbolBits) - 1), entry >> SymbolBits) : LookLong(bits);
    }

    private (int Symbol, int Length) LookLong(uint bits)
    {
        int code = 0, first = 0, at = 0;
        for (int length = 1; length <= MostBits; length++, bits >>= 1)
        {
            code = (code << 1) | (int)(bits & 1);
            first <<= 1;
            if (code - first < _counts[length]) return (_symbols[at + code - first], length);
            at += _counts[length];
            first += _counts[length];
        }

        throw Refusal.Corrupt("The WebP holds a bit pattern that none of its codes has.");
    }

    private static int[] Sorted(ReadOnlySpan<byte> lengths, int used, int longest)
    {
        int[] symbols = new int[used];
        int at = 0;
        for (int length = 1; length <= longest; length++)
            for (int symbol = 0; symbol < lengths.Length; symbol++)
                if (lengths[symbol] == length)
                    symbols[at++] = symbol;
        return symbols;
    }

    private static int Reversed(int code, int length)
    {
        int reversed = 0;
        for (int i = 0; i < length; i++) reversed |= (code >> i & 1) << (length - 1 - i);
        return reversed;
    }
}
