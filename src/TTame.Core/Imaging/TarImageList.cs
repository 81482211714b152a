using System.Formats.Tar;
using Microsoft.Win32.SafeHandles;

namespace TTame.Core.Imaging;

/// <summary>The files of an uncompressed tar, found once and then read where they lie.</summary>
internal sealed class TarImageList : ImageList
{
    private readonly SafeFileHandle file;
    private readonly List<(long Offset, long Length)> places = [];

    public TarImageList(string path)
    {
        List<(ImageEntry Entry, long Offset, long Length)> found = [];
        List<ImageEntry> labelLines = [];
        using (FileStream stream = File.OpenRead(path))
        using (TarReader reader = new(stream))
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
                string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                if (name == LabelsFile && entry.DataStream is { } text)
                    labelLines = ImageListLines.Read($"{path}:{LabelsFile}", new StreamReader(text));
                else
                    found.Add((new(name, null), entry.DataOffset, entry.Length));
            }
        Dictionary<string, int?> labels = [];
        foreach (ImageEntry line in labelLines) labels[line.Name] = line.Label;
        found.Sort((a, b) => string.CompareOrdinal(a.Entry.Name, b.Entry.Name));
        places.AddRange(found.Select(f => (f.Offset, f.Length)));
        Entries = [.. found.Select(f => f.Entry with { Label = labels.GetValueOrDefault(f.Entry.Name) })];
        file = File.OpenHandle(path);
    }

    public override IReadOnlyList<ImageEntry> Entries { get; }

    public override byte[] Read(int index, long limit)
    {
        (long offset, long length) = places[index];
        LimitedFile.Check(length, limit);
        var bytes = new byte[length];
        for (int got = 0; got < bytes.Length;)
        {
            int n = RandomAccess.Read(file, bytes.AsSpan(got), offset + got);
            if (n == 0) throw new EndOfStreamException($"The tar ends inside '{Entries[index].Name}'.");
            got += n;
        }
        return bytes;
    }

    public override void Dispose()
    {
        file.Dispose();
        base.Dispose();
    }
}
