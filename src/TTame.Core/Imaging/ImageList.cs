using System.Security.Cryptography;
using System.Text;

namespace TTame.Core.Imaging;

/// <summary>One line of an image list.</summary>
/// <param name="Name">Path inside the folder or tar, or as the list file has it; <c>/</c> separates.</param>
/// <param name="Label">Ground-truth class index where the list gives one. T-TAME never needs it.</param>
public sealed record ImageEntry(string Name, int? Label);

/// <summary>A frozen, ordered list of image files in a folder, a tar or a list file. Reading is safe from several threads.</summary>
/// <remarks>
/// Nothing is left out by its name: what is no picture is found when it is decoded, counted and reported by whoever reads.
/// A <c>labels.txt</c> (<c>file label</c> a line) at the root of a folder or tar gives labels and is itself no image.
/// </remarks>
public abstract class ImageList : IDisposable
{
    /// <summary>Name of the file that gives the labels of a folder or tar.</summary>
    public const string LabelsFile = "labels.txt";

    /// <summary>The entries in ordinal order of their names, or in the order of the list file.</summary>
    public abstract IReadOnlyList<ImageEntry> Entries { get; }

    /// <summary>Reads one image's file.</summary>
    /// <param name="index">Counts from 0.</param>
    /// <param name="limit">A longer file is refused before it is read.</param>
    /// <exception cref="IOException">The file is gone or can't be read.</exception>
    public abstract byte[] Read(int index, long limit);

    /// <summary>Opens a folder (recursive), a tar, or a list file.</summary>
    /// <param name="path">A directory; a file ending in <c>.tar</c>; any other file is a list with <c>path [label]</c> a line.</param>
    /// <param name="root">What the paths of a list file are relative to; null is the list's own folder.</param>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="ImageListException">A line of the list or of its labels can't be understood.</exception>
    public static ImageList Open(string path, string? root = null)
    {
        if (Directory.Exists(path)) return new FolderImageList(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no folder, tar or list file '{path}'.", path);
        return path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? new TarImageList(path) : new FileImageList(path, root);
    }

    /// <summary>Joins lists, in order; the parts are disposed with the whole.</summary>
    /// <param name="parts">At least one list.</param>
    public static ImageList Concat(IReadOnlyList<ImageList> parts) => parts.Count == 1 ? parts[0] : new JoinedImageList(parts);

    /// <summary>A list thinned out: every nth image, from the first on; the whole is disposed with it.</summary>
    /// <param name="whole">The list.</param>
    /// <param name="step">n, from 1.</param>
    public static ImageList Every(ImageList whole, int step) => step == 1 ? whole : new EveryNthImage(whole, step);

    /// <summary>Some images of the list as a list of their own; disposing it leaves the whole open.</summary>
    /// <param name="indices">Places in this list, in the new list's order.</param>
    public ImageList Part(IReadOnlyList<int> indices) => new PartOfImageList(this, indices);

    /// <summary>A hash of names, labels and order: two lists with the same value are the same list.</summary>
    /// <returns>64 hex digits.</returns>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageEntry entry in Entries) hash.AppendData(Encoding.UTF8.GetBytes($"{entry.Name}\t{entry.Label}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>A line of a list or labels file that can't be understood.</summary>
/// <param name="file">The list.</param>
/// <param name="line">Counts from 1.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class ImageListException(string file, int line, string reason)
    : FormatException($"{file}, line {line}: {reason}. Expected: a path, then optionally a class index that is a whole number from 0.")
{
    /// <summary>The list.</summary>
    public string ListFile { get; } = file;

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; } = line;
}
