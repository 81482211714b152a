using System.Buffers.Binary;
using System.IO.Compression;
using TTame.Core.Primitives;

namespace TTame.Core.Tests.Imaging.Files;

/// <summary>Makes PNGs of any colour type and depth, chunk by chunk.</summary>
internal static class PngFile
{
    public static byte[] Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The whole file. Rows are packed samples without filter bytes.</summary>
    public static byte[] Make(int width, int height, byte bits, byte colour, byte[][] rows, params byte[][] before)
        => [.. Signature, .. Header(width, height, bits, colour), .. before.SelectMany(b => b), .. Chunk("IDAT", Deflate(Rows(rows))), .. Chunk("IEND", [])];

    public static byte[] Header(int width, int height, byte bits = 8, byte colour = 2)
    {
        byte[] data = [0, 0, 0, 0, 0, 0, 0, 0, bits, colour, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        return Chunk("IHDR", data);
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc32.Of(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    public static byte[] Deflate(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(bytes);
        return stream.ToArray();
    }

    /// <summary>Deflated zeros, of which a few kilobytes make gigabytes.</summary>
    public static byte[] Bomb(int megabytes)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < megabytes; i++) zlib.Write(zeros);
        }

        return stream.ToArray();
    }

    public static byte[] Rows(byte[][] rows) => [.. rows.SelectMany(r => r.Prepend((byte)0))];
}
