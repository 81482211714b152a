using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace TTame.Core.Imaging.Formats;

/// <summary>The bits of a JPEG's entropy-coded data, up to the next marker.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> file, int position)
{
    private const byte MarkerByte = 0xFF;
    private readonly ReadOnlySpan<byte> _file = file;
    private int _position = position;
    private ulong _bits;          // unread bits, the next one topmost; zeros behind them
    private int _count;

    /// <summary>Reads one code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Symbol(JpegHuffman table)
    {
        if (_count < 32) Fill();
        int entry = table.Look(_bits);
        int length = entry >> 8;
        if (entry == 0 || length > _count) throw NoCode();
        _bits <<= length;
        _count -= length;
        return entry & byte.MaxValue;
    }

    /// <summary>Passes over up to 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Skip(int bits)
    {
        if (_count < bits) Fill();
        if (_count < bits) throw RanOut();
        _bits <<= bits;
        _count -= bits;
    }

    /// <summary>Reads up to 16 bits.</summary>
    internal int Read(int bits)
    {
        if (bits == 0) return 0;
        if (_count < bits) Fill();
        if (_count < bits) throw RanOut();
        int value = (int)(_bits >> (64 - bits));
        _bits <<= bits;
        _count -= bits;
        return value;
    }

    /// <summary>Passes over the rest of the interval and the restart marker behind it.</summary>
    internal void Restart(int expected)
    {
        int at = NextMarker();
        byte marker = at + 1 < _file.Length ? _file[at + 1] : (byte)0;
        if (marker is < 0xD0 or > 0xD7) throw RanOut();
        if (marker != 0xD0 + expected) throw Refusal.Corrupt($"Restart marker {marker - 0xD0} of the JPEG stands where {expected} should.");
        _position = at + 2;
        _bits = 0;
        _count = 0;
    }

    /// <summary>Where the first marker behind the read bits begins.</summary>
    internal readonly int NextMarker()
    {
        int at = _position;
        while (at + 1 < _file.Length)
        {
            int found = _file[at..].IndexOf(MarkerByte);
            if (found < 0) return _file.Length;
            at += found;
            // Several 0xFF may precede a marker; 0xFF00 is data.
            while (at + 1 < _file.Length && _file[at + 1] == MarkerByte) at++;
            if (at + 1 < _file.Length && _file[at + 1] != 0) return at;
            at += 2;
        }

        return _file.Length;
    }

    private void Fill()
    {
        if (_count <= 32 && _position + 4 <= _file.Length)
        {
            uint word = BinaryPrimitives.ReadUInt32BigEndian(_file[_position..]);
            // No byte is 0xFF: four plain bytes.
            if ((((~word) - 0x01010101u) & word & 0x80808080u) == 0)
            {
                _bits |= (ulong)word << (32 - _count);
                _count += 32;
                _position += 4;
                return;
            }
        }

        while (_count <= 56 && _position < _file.Length)
        {
            byte next = _file[_position];
            if (next == MarkerByte)
            {
                if (_position + 1 >= _file.Length || _file[_position + 1] != 0) return;
                _position++;
            }

            _bits |= (ulong)next << (56 - _count);
            _count += 8;
            _position++;
        }
    }

    private readonly Exception NoCode() => _count < 16 ? RanOut() : Refusal.Corrupt("The JPEG holds a bit pattern that none of its Huffman codes has.");

    private readonly Exception RanOut()
    {
        int at = NextMarker();
        if (at >= _file.Length) return Refusal.Truncated("The JPEG's file ends before its picture does.");
        return _file[at + 1] is >= 0xD0 and <= 0xD7
            ? Refusal.Corrupt("An interval of the JPEG holds fewer blocks than it should.")
            : Refusal.Truncated("The JPEG's data ends before its picture does.");
    }
}
