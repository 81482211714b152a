using System.Collections;
using System.Globalization;
using System.Text;
using TTame.Core.Imaging;

namespace TTame.Functions.Runs;

/// <summary>One image of a frozen list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Label">Ground-truth class index, or null.</param>
/// <param name="Tar">Blob of the tar that it is in; null where it is a blob itself.</param>
/// <param name="Offset">First byte in the tar.</param>
/// <param name="Length">Bytes in the tar.</param>
public readonly record struct FrozenImage(string Name, int? Label, string? Tar = null, long Offset = 0, long Length = 0)
{
    // What separates columns and lines cannot be in a name.
    internal bool CanBeWritten => Name.AsSpan().IndexOfAny('\t', '\n', '\r') < 0;

    internal void Write(StringBuilder text)
    {
        text.Append(Name);
        if (Label is not null || Tar is not null) text.Append('\t').Append(CultureInfo.InvariantCulture, $"{Label}");
        if (Tar is not null) text.Append(CultureInfo.InvariantCulture, $"\t{Tar}\t{Offset}\t{Length}");
        text.Append('\n');
    }

    internal static FrozenImage Read(ReadOnlySpan<byte> line)
    {
        string[] columns = Encoding.UTF8.GetString(line).Split('\t');
        int? label = columns.Length > 1 && columns[1].Length > 0 ? int.Parse(columns[1], CultureInfo.InvariantCulture) : null;
        return columns.Length < 5 ? new(columns[0], label)
            : new(columns[0], label, columns[2], long.Parse(columns[3], CultureInfo.InvariantCulture), long.Parse(columns[4], CultureInfo.InvariantCulture));
    }
}

/// <summary>The lines of a frozen list as they are stored, read one by one when asked for: 1.3 million of them take little more memory than their text.</summary>
public sealed class FrozenLines : IReadOnlyList<ImageEntry>
{
    private readonly byte[] text;
    private readonly int[] ends;

    /// <summary>Finds the lines.</summary>
    /// <param name="text">UTF-8, each line closed by a line feed.</param>
    public FrozenLines(byte[] text)
    {
        this.text = text;
        ends = new int[text.AsSpan().Count((byte)'\n')];
        for (int i = 0, at = 0; i < ends.Length; i++, at++) ends[i] = at += text.AsSpan(at).IndexOf((byte)'\n');
    }

    /// <inheritdoc />
    public int Count => ends.Length;

    /// <inheritdoc />
    public ImageEntry this[int index]
    {
        get
        {
            var image = Image(index);
            return new(image.Name, image.Label);
        }
    }

    /// <summary>One image with its place.</summary>
    /// <param name="index">Counts from 0.</param>
    public FrozenImage Image(int index)
    {
        int start = index == 0 ? 0 : ends[index - 1] + 1;
        return FrozenImage.Read(text.AsSpan(start, ends[index] - start));
    }

    /// <inheritdoc />
    public IEnumerator<ImageEntry> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The text of a list.</summary>
    /// <param name="images">In their order.</param>
    public static byte[] Write(IEnumerable<FrozenImage> images)
    {
        using var file = new MemoryStream();
        var text = new StringBuilder();
        foreach (var image in images)
        {
            image.Write(text);
            if (text.Length > Flush) Empty();
        }
        Empty();
        return file.ToArray();

        void Empty()
        {
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            text.Clear();
        }
    }

    private const int Flush = 1 << 16;
}
