namespace TTame.Core.Imaging;

/// <summary>All files of a folder and its subfolders.</summary>
internal sealed class FolderImageList : ImageList
{
    private readonly string folder;

    public FolderImageList(string folder)
    {
        this.folder = Path.GetFullPath(folder);
        string labelsFile = Path.Combine(this.folder, LabelsFile);
        Dictionary<string, int?> labels = [];
        if (File.Exists(labelsFile))
        {
            using StreamReader reader = new(labelsFile);
            foreach (ImageEntry line in ImageListLines.Read(labelsFile, reader)) labels[line.Name] = line.Label;
        }
        Entries = [.. Directory.EnumerateFiles(this.folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(this.folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(name => name != LabelsFile)
            .Order(StringComparer.Ordinal)
            .Select(name => new ImageEntry(name, labels.GetValueOrDefault(name)))];
    }

    public override IReadOnlyList<ImageEntry> Entries { get; }

    public override byte[] Read(int index, long limit) => LimitedFile.Read(Path.Combine(folder, Entries[index].Name), limit);
}
