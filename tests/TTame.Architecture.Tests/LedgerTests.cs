using System.Text.RegularExpressions;

namespace TTame.Architecture.Tests;

/// <summary>What the doc comments cite exists: equations, works, deviations; and what the documents name exists in the code.</summary>
[Trait("Kind", "Architecture")]
public partial class LedgerTests
{
    private static readonly string Bibliography = SourceTree.Text("docs/BIBLIOGRAPHY.md");
    private static readonly string Equations = SourceTree.Text("docs/EQUATIONS.md");
    private static readonly string Deviations = SourceTree.Text("docs/DEVIATIONS.md");

    [Fact]
    public void Sources_EveryWorkCited_IsInTheBibliography()
        => Findings.None(Cited().Where(c => !Bibliography.Contains($"| `{c.Source.Split(':')[0].Trim()}` |", StringComparison.Ordinal)).Select(c => $"{c.File}: {c.Source}"));

    [Fact]
    public void Sources_EveryEquationOfThePaperCited_IsInTheLedger()
        => Findings.None(Cited().Where(c => c.Source.StartsWith("T-TAME:", StringComparison.Ordinal) && !Equations.Contains($"`{c.Source}`", StringComparison.Ordinal)).Select(c => $"{c.File}: {c.Source}"));

    [Fact]
    public void Sources_EveryDeviationCited_HasARow()
    {
        var wrong = from file in SourceTree.Files("src", ".cs")
                    from Match match in DeviationTag().Matches(file.Text)
                    where !Deviations.Contains($"| {match.Groups["id"].Value} |", StringComparison.Ordinal)
                    select $"{file.Path}: {match.Groups["id"].Value}";

        Findings.None(wrong);
    }

    [Fact]
    public void Equations_EveryFileNamed_Exists()
    {
        string[] files = [.. FileName().Matches(Equations).Select(m => m.Groups["path"].Value).Distinct()];

        Assert.NotEmpty(files);
        Findings.None(files.Where(f => !SourceTree.Has(f)));
    }

    private static IEnumerable<(string File, string Source)> Cited()
        => from file in SourceTree.Files("src", ".cs")
           from Match match in SourceTag().Matches(file.Text)
           from source in match.Groups["source"].Value.Split(';')
           select (file.Path, source.Trim());

    [GeneratedRegex("<source>(?<source>[^<]+)</source>")]
    private static partial Regex SourceTag();

    [GeneratedRegex("<deviation>(?<id>[^<]+)</deviation>")]
    private static partial Regex DeviationTag();

    [GeneratedRegex(@"`(?<path>(?:src|tests)/[\w./-]+\.cs)`")]
    private static partial Regex FileName();
}
