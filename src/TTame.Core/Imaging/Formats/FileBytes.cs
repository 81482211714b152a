using System.Buffers.Binary;

namespace TTame.Core.Imaging.Formats;

/// <summary>Numbers in a file, where reading past the end means that the file is truncated.</summary>
internal static class FileBytes
{
    internal static byte Byte(this ReadOnlySpan<byte> file, long at) => file.Part(at, 1)[0];

    internal static ushort Big16(this ReadOnlySpan<byte> file, long at) => BinaryPrimitives.ReadUInt16BigEndian(file.Part(at, 2));

    internal static uint Big32(this ReadOnlySpan<byte> file, long at) => BinaryPrimitives.ReadUInt32BigEndian(file.Part(at, 4));

    internal static ushort Little16(this ReadOnlySpan<byte> file, long at) => BinaryPrimitives.ReadUInt16LittleEndian(file.Part(at, 2));

    internal static int Little24(this ReadOnlySpan<byte> file, long at) => file.Little16(at) | (file.Byte(at + 2) << 16);

    internal static uint Little32(this ReadOnlySpan<byte> file, long at) => BinaryPrimitives.ReadUInt32LittleEndian(file.Part(at, 4));

    internal static ReadOnlySpan<byte> Part(this ReadOnlySpan<byte> file, long at, long length)
        => at >= 0 && length >= 0 && at + length <= file.Length
            ? file.Slice((int)at, (int)length)
            : throw Refusal.Truncated($"The file ends at byte {file.Length}; byte {at + length} is needed.");
}
