using System.Buffers.Binary;

namespace TTame.Core.Imaging.Formats;

/// <summary>The orientation in an EXIF block: tag 274 of its first directory. Everything else in it, thumbnails included, is left unread.</summary>
internal static class ExifOrientation
{
    internal const ushort Tag = 274;
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const int EntryLength = 12;

    /// <summary>1-8; <see cref="Orientation.Upright"/> where the block states none or is damaged, as viewers do.</summary>
    /// <param name="exif">A TIFF header and what follows, with or without <c>Exif\0\0</c> before it.</param>
    internal static int Read(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8)) exif = exif[6..];
        bool isLittle = exif.StartsWith("II*\0"u8);
        if (exif.Length < 8 || (!isLittle && !exif.StartsWith("MM\0*"u8))) return Orientation.Upright;
        long directory = Word(exif[4..], isLittle);
        if (directory + 2 > exif.Length) return Orientation.Upright;
        int entries = Half(exif[(int)directory..], isLittle);
        for (int i = 0; i < entries; i++)
        {
            long at = directory + 2 + ((long)i * EntryLength);
            if (at + EntryLength > exif.Length) break;
            var entry = exif.Slice((int)at, EntryLength);
            if (Half(entry, isLittle) != Tag) continue;
            return Half(entry[2..], isLittle) switch
            {
                Short => Orientation.OrUpright(Half(entry[8..], isLittle)),
                Long => Orientation.OrUpright((int)Math.Min(Word(entry[8..], isLittle), int.MaxValue)),
                _ => Orientation.Upright,
            };
        }

        return Orientation.Upright;
    }

    private static ushort Half(ReadOnlySpan<byte> bytes, bool isLittle)
        => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Word(ReadOnlySpan<byte> bytes, bool isLittle)
        => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
