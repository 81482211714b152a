using System.Globalization;

namespace TTame.Core.Imaging;

/// <summary>The line format of list and labels files: a path, then optionally white space and a class index.</summary>
internal static class ImageListLines
{
    /// <summary>Reads the lines; empty ones and those that begin with <c>#</c> are passed over.</summary>
    /// <exception cref="ImageListException">A line has a negative label or no path.</exception>
    public static List<ImageEntry> Read(string file, TextReader reader)
    {
        List<ImageEntry> entries = [];
        for (int number = 1; reader.ReadLine() is { } text; number++)
        {
            string line = text.Trim();
            if (line.Length > 0 && line[0] != '#') entries.Add(Parse(file, number, line));
        }
        return entries;
    }

    private static ImageEntry Parse(string file, int number, string line)
    {
        int gap = line.LastIndexOfAny([' ', '\t']);
        if (gap < 0 || !int.TryParse(line.AsSpan(gap + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int label))
            return new(line.Replace('\\', '/'), null);                        // a name may contain spaces
        if (label < 0) throw new ImageListException(file, number, $"the class index {label} is negative");
        return new(line[..gap].TrimEnd().Replace('\\', '/'), label);
    }
}
