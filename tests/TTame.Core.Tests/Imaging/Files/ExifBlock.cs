using System.Buffers.Binary;

namespace TTame.Core.Tests.Imaging.Files;

/// <summary>Makes EXIF blocks: a TIFF header, a directory with the orientation, and a second one that says something else.</summary>
internal static class ExifBlock
{
    public static byte[] Make(int orientation, bool isLittle = true, ushort type = 3, int second = 3)
    {
        byte[] block = new byte[44];
        (isLittle ? "II*\0"u8 : "MM\0*"u8).CopyTo(block);
        Put32(4, 8);
        Directory(8, orientation, 26);
        Directory(26, second, 0);
        return block;

        void Directory(int at, int value, uint next)
        {
            Put16(at, 1);
            Put16(at + 2, 274);
            Put16(at + 4, type);
            Put32(at + 6, 1);
            if (type == 3) Put16(at + 10, (ushort)value);
            else Put32(at + 10, (uint)value);
            Put32(at + 14, next);
        }

        void Put16(int at, ushort value)
        {
            if (isLittle) BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(at), value);
            else BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(at), value);
        }

        void Put32(int at, uint value)
        {
            if (isLittle) BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(at), value);
            else BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(at), value);
        }
    }
}
