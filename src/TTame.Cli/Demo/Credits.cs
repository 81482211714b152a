using System.Text.RegularExpressions;
using TTame.Core.Reports;

namespace TTame.Cli.Demo;

/// <summary>Reads the credits of photographs from the table of their CREDITS.md.</summary>
internal static partial class Credits
{
    private const int Columns = 7;                   // file, what it shows, author, licence, origin, changes, answer of the model

    /// <summary>Credits by file name; a row that has not the table's columns is no credit.</summary>
    public static IReadOnlyDictionary<string, GalleryCredit> Read(string markdown)
    {
        Dictionary<string, GalleryCredit> credits = [];
        foreach (string line in markdown.Split('\n'))
        {
            string[] cells = [.. line.Trim().Trim('|').Split('|').Select(c => c.Trim())];
            if (cells.Length != Columns || !cells[0].StartsWith('`')) continue;
            var licence = Link().Match(cells[3]);
            credits[cells[0].Trim('`')] = new(
                $"{Plain(cells[1])}. By {Plain(cells[2])}; changed: {Plain(cells[5])}",
                licence.Success ? licence.Groups["text"].Value : Plain(cells[3]),
                licence.Success ? licence.Groups["address"].Value : null,
                Link().Match(cells[4]) is { Success: true } source ? source.Groups["address"].Value : null);
        }
        return credits;
    }

    private static string Plain(string markdown) => Link().Replace(markdown, "${text}").Replace("**", "").Replace("`", "");

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\((?<address>(?:[^()\s]|\([^()\s]*\))*)\)")]
    private static partial Regex Link();
}
