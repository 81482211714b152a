using System.Buffers.Binary;

namespace TTame.Core.Imaging.Formats;

/// <summary>The bits of a lossless WebP picture, lowest first; running out of them means that the picture is truncated.</summary>
internal ref struct LosslessBits(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private ulong _bits;          // unread bits, the next one lowest; zeros behind them
    private int _count;

    /// <summary>Reads up to 24 bits as a number.</summary>
    internal int Read(int bits)
    {
        if (_count < bits) Fill();
        int value = (int)(_bits & ((1u << bits) - 1));
        Take(bits);
        return value;
    }

    internal bool Flag() => Read(1) != 0;

    /// <summary>Reads one symbol.</summary>
    internal int Symbol(LosslessCode code)
    {
        if (code.IsSingle) return code.First;
        if (_count < LosslessCode.MostBits) Fill();
        var (symbol, length) = code.Look((uint)_bits);
        Take(length);
        return symbol;
    }

    private void Take(int bits)
    {
        if (bits > _count) throw Refusal.Truncated("The WebP's data ends before its picture does.");
        _bits >>= bits;
        _count -= bits;
    }

    private void Fill()
    {
        if (_position + 4 <= _data.Length && _count <= 32)
        {
            _bits |= (ulong)BinaryPrimitives.ReadUInt32LittleEndian(_data[_position..]) << _count;
            _position += 4;
            _count += 32;
            return;
        }

        for (; _position < _data.Length && _count <= 56; _count += 8) _bits |= (ulong)_data[_position++] << _count;
    }
}
