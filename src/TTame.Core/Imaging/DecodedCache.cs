using System.Buffers.Binary;

namespace TTame.Core.Imaging;

/// <summary>Decoded pictures of one image list in a folder of this machine, so that a second epoch decodes nothing. Safe from several threads.</summary>
/// <remarks>A file is width and height (int32, little-endian), then row-major RGB. What is missing, cut off or beyond the limit is decoded again: the cache changes no result.</remarks>
/// <param name="folder">Of this list and this way of resizing alone; made when needed.</param>
/// <param name="mostBytes">Nothing more is kept beyond this many bytes.</param>
public sealed class DecodedCache(string folder, long mostBytes)
{
    private const int HeaderBytes = 8;
    private long bytes;

    /// <summary>The picture of an index, or null where it is not kept.</summary>
    /// <param name="index">Place in the list.</param>
    public RgbImage? Find(int index)
    {
        string path = PathOf(index);
        if (!File.Exists(path)) return null;
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < HeaderBytes) return null;
        int width = BinaryPrimitives.ReadInt32LittleEndian(file), height = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(sizeof(int)));
        return width > 0 && height > 0 && file.Length - HeaderBytes == 3L * width * height ? new RgbImage(width, height, file[HeaderBytes..]) : null;
    }

    /// <summary>Keeps a picture, where there is room.</summary>
    /// <param name="index">Place in the list.</param>
    /// <param name="picture">The picture.</param>
    public void Keep(int index, RgbImage picture)
    {
        int length = HeaderBytes + picture.Pixels.Length;
        if (Interlocked.Add(ref bytes, length) > mostBytes) return;
        var file = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(file, picture.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(sizeof(int)), picture.Height);
        picture.Pixels.CopyTo(file.AsSpan(HeaderBytes));
        Directory.CreateDirectory(folder);
        string path = PathOf(index), temporary = $"{path}.{Environment.CurrentManagedThreadId}.part";
        File.WriteAllBytes(temporary, file);
        File.Move(temporary, path, overwrite: true);
    }

    private string PathOf(int index) => Path.Combine(folder, FormattableString.Invariant($"{index}.rgb"));
}
