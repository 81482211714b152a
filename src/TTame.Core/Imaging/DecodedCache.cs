using System.Buffers.Binary;
using TTame.Core.Primitives;

namespace TTame.Core.Imaging;

/// <summary>Decoded pictures of one image list in a folder of this machine, so that a second epoch decodes nothing. Safe from several threads.</summary>
/// <remarks>
/// A file is width, height (int32) and CRC-32 of the pixels (uint32), little-endian, then row-major RGB. What is missing, cut off, damaged or beyond the limit is decoded
/// again, and a disk that is full or refuses ends the keeping: the cache changes no result.
/// </remarks>
/// <param name="folder">Of this list and this way of resizing alone; made when needed.</param>
/// <param name="mostBytes">Nothing more is kept beyond this many bytes, those of earlier processes included.</param>
public sealed class DecodedCache(string folder, long mostBytes)
{
    private const int HeaderBytes = 12;
    private const string Ending = ".rgb", Unfinished = ".part";
    private readonly Lock counting = new();
    private long? bytes;
    private volatile bool refused;

    /// <summary>The picture of an index, or null where it is not kept.</summary>
    /// <param name="index">Place in the list.</param>
    public RgbImage? Find(int index)
    {
        try
        {
            string path = PathOf(index);
            return File.Exists(path) ? Read(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a picture, where there is room.</summary>
    /// <param name="index">Place in the list.</param>
    /// <param name="picture">The picture.</param>
    public void Keep(int index, RgbImage picture)
    {
        long length = HeaderBytes + picture.Pixels.Length;
        string path = PathOf(index), temporary = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}{Unfinished}";
        try
        {
            if (refused || !Takes(length)) return;
            File.WriteAllBytes(temporary, Written(picture));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refused = true;
            Remove(temporary);
        }
    }

    private static byte[] Written(RgbImage picture)
    {
        var file = new byte[HeaderBytes + picture.Pixels.Length];
        BinaryPrimitives.WriteInt32LittleEndian(file, picture.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(sizeof(int)), picture.Height);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(2 * sizeof(int)), Crc32.Of(picture.Pixels));
        picture.Pixels.CopyTo(file.AsSpan(HeaderBytes));
        return file;
    }

    private static RgbImage? Read(byte[] file)
    {
        if (file.Length < HeaderBytes) return null;
        int width = BinaryPrimitives.ReadInt32LittleEndian(file), height = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(sizeof(int)));
        if (width <= 0 || height <= 0 || file.Length - HeaderBytes != (long)RgbImage.Channels * width * height) return null;
        return Crc32.Of(file.AsSpan(HeaderBytes)) == BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(2 * sizeof(int))) ? new RgbImage(width, height, file[HeaderBytes..]) : null;
    }

    private bool Takes(long length)
    {
        lock (counting)
        {
            bytes ??= There();
            if (bytes + length > mostBytes) return false;
            bytes += length;
            return true;
        }
    }

    // What a process that was killed has left half written is nobody's.
    private long There()
    {
        long there = 0;
        foreach (var file in Directory.CreateDirectory(folder).EnumerateFiles())
            if (file.Name.EndsWith(Unfinished, StringComparison.Ordinal)) file.Delete();
            else there += file.Length;
        return there;
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk refuses that too.
        }
    }

    private string PathOf(int index) => Path.Combine(folder, FormattableString.Invariant($"{index}{Ending}"));
}
