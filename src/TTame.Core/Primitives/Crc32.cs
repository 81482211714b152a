namespace TTame.Core.Primitives;

/// <summary>The checksum of PNG chunks and zip entries, eight bytes a step.</summary>
/// <source>PNG:§5.5, Annex D</source>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;
    private static readonly uint[] s_tables = Tables();

    internal static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        var t = s_tables;
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            uint a = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            uint b = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[(7 << 8) | (byte)a] ^ t[(6 << 8) | (byte)(a >> 8)] ^ t[(5 << 8) | (byte)(a >> 16)] ^ t[(4 << 8) | (int)(a >> 24)]
                ^ t[(3 << 8) | (byte)b] ^ t[(2 << 8) | (byte)(b >> 8)] ^ t[(1 << 8) | (byte)(b >> 16)] ^ t[(int)(b >> 24)];
        }

        foreach (byte one in bytes) crc = t[(byte)(crc ^ one)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] Tables()
    {
        var tables = new uint[Slices << 8];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            tables[i] = value;
        }

        for (int i = 256; i < tables.Length; i++) tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
