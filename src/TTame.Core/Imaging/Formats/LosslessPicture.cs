namespace TTame.Core.Imaging.Formats;

/// <summary>Reads the codes of a lossless WebP, without making its pixels: whether all are there is not to be known otherwise.</summary>
/// <source>WebP:lossless bitstream §4-6</source>
internal ref struct LosslessPicture
{
    private const int HeaderBits = 40;
    private const int Literals = 256, Lengths = 24, Distances = 40, MostCacheBits = 11;
    private const int Predictor = 0, Colour = 1, SubtractGreen = 2;
    private static readonly (int X, int Y)[] s_near = Near();
    private static ReadOnlySpan<byte> LengthOrder => [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    private readonly CancellationToken _cancellation;
    private LosslessBits _bits;

    private LosslessPicture(ReadOnlySpan<byte> data, CancellationToken cancellation)
    {
        _bits = new(data);
        _cancellation = cancellation;
    }

    /// <summary>Refuses data that end before, or contradict themselves within, <paramref name="width"/> × <paramref name="height"/> pixels.</summary>
    /// <param name="data">The bitstream with its header.</param>
    /// <param name="width">By the header.</param>
    /// <param name="height">By the header.</param>
    /// <param name="cancellation">Stops the reading.</param>
    internal static void Require(ReadOnlySpan<byte> data, int width, int height, CancellationToken cancellation)
    {
        LosslessPicture picture = new(data, cancellation);
        for (int bits = HeaderBits; bits > 0; bits -= 8) picture._bits.Read(8);
        picture.Top(width, height);
    }

    private void Top(int width, int height)
    {
        int seen = 0;
        while (_bits.Flag())
        {
            int kind = _bits.Read(2);
            if ((seen >> kind & 1) != 0) throw Refusal.Corrupt("The WebP names a transform twice.");
            seen |= 1 << kind;
            if (kind == SubtractGreen) continue;
            if (kind is Predictor or Colour)
            {
                int bits = _bits.Read(3) + 2;
                Inner(Parts(width, bits), Parts(height, bits), keep: false);
                continue;
            }

            int colours = _bits.Read(8) + 1;
            Inner(colours, 1, keep: false);
            width = Parts(width, colours <= 2 ? 3 : colours <= 4 ? 2 : colours <= 16 ? 1 : 0);      // several pixels in one
        }

        int cacheBits = CacheBits();
        int groupBits = 0, groups = 1;
        int[] groupOf = [];
        if (_bits.Flag())
        {
            groupBits = _bits.Read(3) + 2;
            uint[] entropy = Inner(Parts(width, groupBits), Parts(height, groupBits), keep: true);
            groupOf = Array.ConvertAll(entropy, pixel => (int)(pixel >> 8 & 0xFFFF));
            groups = groupOf.Max() + 1;
        }

        var codes = new LosslessCodes[groups];
        bool[] isUsed = new bool[groups];
        foreach (int group in groupOf) isUsed[group] = true;
        for (int i = 0; i < groups; i++)
        {
            _cancellation.ThrowIfCancellationRequested();
            var read = Codes(cacheBits);
            if (groupOf.Length == 0 || isUsed[i]) codes[i] = read;
        }

        Pixels(width, height, codes, groupOf, groupBits, cacheBits, []);
    }

    /// <summary>One of the small pictures that steer the large one.</summary>
    private uint[] Inner(int width, int height, bool keep)
    {
        int cacheBits = CacheBits();
        var codes = Codes(cacheBits);
        uint[] kept = keep ? new uint[(long)width * height] : [];
        Pixels(width, height, [codes], [], 0, cacheBits, kept);
        return kept;
    }

    private int CacheBits()
    {
        if (!_bits.Flag()) return 0;
        int bits = _bits.Read(4);
        return bits is >= 1 and <= MostCacheBits ? bits : throw Refusal.Corrupt($"The WebP has a colour cache of {bits} bits.");
    }

    private LosslessCodes Codes(int cacheBits)
        => new(Code(Literals + Lengths + (cacheBits > 0 ? 1 << cacheBits : 0)), Code(Literals), Code(Literals), Code(Literals), Code(Distances));

    private LosslessCode Code(int symbols)
    {
        byte[] lengths = new byte[symbols];
        if (_bits.Flag())
        {
            bool areTwo = _bits.Flag();
            Put(lengths, _bits.Read(_bits.Flag() ? 8 : 1));
            if (areTwo) Put(lengths, _bits.Read(8));
            return new(lengths);
        }

        Span<byte> lengthLengths = stackalloc byte[LengthOrder.Length];
        lengthLengths.Clear();
        for (int i = 0, count = 4 + _bits.Read(4); i < count; i++) lengthLengths[LengthOrder[i]] = (byte)_bits.Read(3);
        LosslessCode code = new(lengthLengths);
        int most = _bits.Flag() ? 2 + _bits.Read(2 + (2 * _bits.Read(3))) : symbols;
        if (most > symbols) throw Refusal.Corrupt($"The WebP gives {most} lengths for {symbols} symbols.");
        byte before = 8;
        for (int at = 0; at < symbols && most-- > 0;)
        {
            int symbol = _bits.Symbol(code);
            if (symbol < 16)
            {
                lengths[at++] = (byte)symbol;
                if (symbol != 0) before = (byte)symbol;
                continue;
            }

            int run = symbol == 16 ? 3 + _bits.Read(2) : symbol == 17 ? 3 + _bits.Read(3) : 11 + _bits.Read(7);
            if (at + run > symbols) throw Refusal.Corrupt("The WebP gives more code lengths than there are symbols.");
            if (symbol == 16) lengths.AsSpan(at, run).Fill(before);
            at += run;
        }

        return new(lengths);
    }

    private static void Put(byte[] lengths, int symbol)
    {
        if (symbol >= lengths.Length) throw Refusal.Corrupt($"The WebP uses the symbol {symbol} of {lengths.Length}.");
        lengths[symbol] = 1;
    }

    private void Pixels(int width, int height, LosslessCodes[] groups, int[] groupOf, int groupBits, int cacheBits, uint[] kept)
    {
        long total = (long)width * height;
        int groupsAcross = Parts(width, groupBits);
        uint[] cache = cacheBits > 0 && kept.Length > 0 ? new uint[1 << cacheBits] : [];
        int x = 0, y = 0;
        for (long at = 0; at < total;)
        {
            if (x == 0) _cancellation.ThrowIfCancellationRequested();
            var codes = groups[groupOf.Length == 0 ? 0 : groupOf[((y >> groupBits) * groupsAcross) + (x >> groupBits)]];
            int symbol = _bits.Symbol(codes.Green);
            long run = 1;
            if (symbol < Literals)
            {
                int red = _bits.Symbol(codes.Red), blue = _bits.Symbol(codes.Blue), alpha = _bits.Symbol(codes.Alpha);
                if (kept.Length > 0) Keep((uint)((alpha << 24) | (red << 16) | (symbol << 8) | blue), at);
            }
            else if (symbol < Literals + Lengths)
            {
                run = Number(symbol - Literals);
                long distance = Distance(Number(_bits.Symbol(codes.Distance)), width);
                if (distance > at || at + run > total) throw Refusal.Corrupt("The WebP repeats pixels that it does not have.");
                for (int i = 0; i < run && kept.Length > 0; i++) Keep(kept[at + i - distance], at + i);
            }
            else if (kept.Length > 0) Keep(cache[symbol - Literals - Lengths], at);

            at += run;
            for (x += (int)run; x >= width; x -= width) y++;
        }

        void Keep(uint pixel, long at)
        {
            kept[at] = pixel;
            if (cache.Length > 0) cache[unchecked(0x1E35A7BDu * pixel) >> (32 - cacheBits)] = pixel;
        }
    }

    /// <summary>Lengths and distances: a symbol gives the size of a number, bits behind it the rest.</summary>
    private int Number(int symbol)
    {
        if (symbol < 4) return symbol + 1;
        int extra = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << extra) + _bits.Read(extra) + 1;
    }

    /// <summary>The first 120 distances stand for near places, right and above.</summary>
    private static long Distance(int code, int width)
        => code > s_near.Length ? code - s_near.Length : Math.Max(s_near[code - 1].X + ((long)s_near[code - 1].Y * width), 1);

    private static int Parts(int length, int bits) => (length + (1 << bits) - 1) >> bits;

    private static (int X, int Y)[] Near() =>
    [
        .. from y in Enumerable.Range(0, 8)
           from x in Enumerable.Range(-7, 16)
           where y > 0 || x > 0
           orderby (x * x) + (y * y), y descending, x descending
           select (x, y),
    ];
}

/// <summary>The five codes of a group.</summary>
internal readonly record struct LosslessCodes(LosslessCode Green, LosslessCode Red, LosslessCode Blue, LosslessCode Alpha, LosslessCode Distance);
