using System.Text.RegularExpressions;
using TTame.Testing;

namespace TTame.Architecture.Tests;

/// <summary>The repository's own files as text; what is built or downloaded does not count.</summary>
internal static partial class SourceTree
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "out", ".git", ".vs", ".idea", "TestResults"];

    /// <summary>A file: path from the root with forward slashes, and its text.</summary>
    internal sealed record Source(string Path, string Text)
    {
        /// <summary>Namespaces that the file imports.</summary>
        public IEnumerable<string> Usings => UsingLine().Matches(Text).Select(m => m.Groups["name"].Value);

        public override string ToString() => Path;
    }

    /// <summary>All files under a folder with one of the extensions.</summary>
    public static IReadOnlyList<Source> Files(string folder, params string[] extensions)
    {
        string full = System.IO.Path.Combine(Ground.Repository, folder);
        return Directory.Exists(full)
            ? [.. Walk(full).Where(f => extensions.Contains(System.IO.Path.GetExtension(f))).Select(Read).OrderBy(s => s.Path, StringComparer.Ordinal)]
            : [];
    }

    /// <summary>One file of the root or below.</summary>
    public static string Text(string path) => File.ReadAllText(System.IO.Path.Combine(Ground.Repository, path));

    /// <summary>Whether the repository has a file.</summary>
    public static bool Has(string path) => File.Exists(System.IO.Path.Combine(Ground.Repository, path));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder)) yield return file;
        foreach (string child in Directory.EnumerateDirectories(folder).Where(d => !NotOurs.Contains(System.IO.Path.GetFileName(d)) && new DirectoryInfo(d).LinkTarget is null))
            foreach (string file in Walk(child)) yield return file;
    }

    private static Source Read(string file) => new(System.IO.Path.GetRelativePath(Ground.Repository, file).Replace('\\', '/'), File.ReadAllText(file));

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:[A-Za-z_]\w*\s*=\s*)?(?<name>[A-Za-z_][\w.]*)", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
