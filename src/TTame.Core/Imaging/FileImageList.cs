namespace TTame.Core.Imaging;

/// <summary>The files that a list file names, in its order.</summary>
internal sealed class FileImageList : ImageList
{
    private readonly string root;

    public FileImageList(string file, string? root)
    {
        this.root = root ?? Path.GetDirectoryName(Path.GetFullPath(file))!;
        using StreamReader reader = new(file);
        Entries = ImageListLines.Read(file, reader);
    }

    public override IReadOnlyList<ImageEntry> Entries { get; }

    public override byte[] Read(int index, long limit) => LimitedFile.Read(Path.Combine(root, Entries[index].Name), limit);
}

/// <summary>Reads files up to a limit.</summary>
internal static class LimitedFile
{
    /// <exception cref="Primitives.ImageContentException">The file is longer than <paramref name="limit"/>: code <c>too_large</c>.</exception>
    public static byte[] Read(string path, long limit)
    {
        long length = new FileInfo(path).Length;
        Check(length, limit);
        return File.ReadAllBytes(path);
    }

    public static void Check(long length, long limit)
    {
        if (length > limit) throw new Primitives.ImageContentException("too_large", $"The file has {length} bytes; at most {limit} are read.");
    }
}

/// <summary>Some images of a list.</summary>
internal sealed class PartOfImageList(ImageList whole, IReadOnlyList<int> indices) : ImageList
{
    public override IReadOnlyList<ImageEntry> Entries { get; } = [.. indices.Select(i => whole.Entries[i])];

    public override byte[] Read(int index, long limit) => whole.Read(indices[index], limit);
}

/// <summary>Several lists, one after the other.</summary>
internal sealed class JoinedImageList : ImageList
{
    private readonly IReadOnlyList<ImageList> parts;
    private readonly int[] starts;

    public JoinedImageList(IReadOnlyList<ImageList> parts)
    {
        this.parts = parts;
        starts = new int[parts.Count];
        for (int i = 1; i < parts.Count; i++) starts[i] = starts[i - 1] + parts[i - 1].Entries.Count;
        Entries = [.. parts.SelectMany(part => part.Entries)];
    }

    public override IReadOnlyList<ImageEntry> Entries { get; }

    public override byte[] Read(int index, long limit)
    {
        int part = starts.Length - 1;
        while (starts[part] > index) part--;
        return parts[part].Read(index - starts[part], limit);
    }

    public override void Dispose()
    {
        foreach (ImageList part in parts) part.Dispose();
        base.Dispose();
    }
}
