using System.Text;
using System.Text.RegularExpressions;

namespace TTame.Cli.Explain;

/// <summary>A file to explain.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path below the folder that all files have in common, with forward slashes: its results are named by it.</param>
internal sealed record PictureFile(string Path, string Name);

/// <summary>Finds the files that a user means by files, folders (with all below them) and globs.</summary>
internal static class PictureFiles
{
    private static readonly char[] Wildcards = ['*', '?', '['];

    /// <summary>The files, each once, in ordinal order of their paths.</summary>
    /// <param name="inputs">Files, folders, globs (<c>*</c>, <c>?</c>, <c>**</c>).</param>
    /// <exception cref="CliException">An input names nothing.</exception>
    public static IReadOnlyList<PictureFile> Find(IEnumerable<string> inputs)
    {
        string[] paths = [.. inputs.SelectMany(Expand).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string common = Common(paths);
        return [.. paths.Select(p => new PictureFile(p, Path.GetRelativePath(common, p).Replace(Path.DirectorySeparatorChar, '/')))];
    }

    private static IEnumerable<string> Expand(string input)
    {
        if (File.Exists(input)) return [input];
        string[] found = Directory.Exists(input) ? Below(input) : input.IndexOfAny(Wildcards) >= 0 ? Matching(input) : [];
        return found.Length > 0 ? found : throw new CliException(ExitCode.Input, $"'{input}' names no file.", "Give a file, a folder with files in it, or a glob such as 'photos/**/*.jpg' in quotes.");
    }

    private static string[] Below(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories);

    private static string[] Matching(string glob)
    {
        string[] parts = Path.GetFullPath(glob).Split(Path.DirectorySeparatorChar);
        int wild = Array.FindIndex(parts, p => p.IndexOfAny(Wildcards) >= 0);
        string root = string.Join(Path.DirectorySeparatorChar, parts[..wild]) + Path.DirectorySeparatorChar;
        var pattern = new Regex(Pattern(string.Join('/', parts[wild..])), RegexOptions.CultureInvariant);
        return Directory.Exists(root) ? [.. Below(root).Where(f => pattern.IsMatch(Path.GetRelativePath(root, f).Replace(Path.DirectorySeparatorChar, '/')))] : [];
    }

    private static string Pattern(string glob)
    {
        var pattern = new StringBuilder("^");
        for (int i = 0; i < glob.Length; i++)
        {
            if (glob.AsSpan(i).StartsWith("**/")) (pattern, i) = (pattern.Append("(?:.*/)?"), i + 2);
            else if (glob.AsSpan(i).StartsWith("**")) (pattern, i) = (pattern.Append(".*"), i + 1);
            else if (glob[i] == '*') pattern.Append("[^/]*");
            else if (glob[i] == '?') pattern.Append("[^/]");
            else if (glob[i] == '[' && glob.IndexOf(']', i) is > 0 and var end) (pattern, i) = (pattern.Append(glob.AsSpan(i, end - i + 1)), end);
            else pattern.Append(Regex.Escape(glob[i].ToString()));
        }
        return pattern.Append('$').ToString();
    }

    // The deepest folder above all of them.
    private static string Common(string[] paths)
    {
        string common = Path.GetDirectoryName(paths[0])!;
        foreach (string path in paths)
            while (!path.StartsWith(common.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) common = Path.GetDirectoryName(common)!;
        return common;
    }
}
