using System.Globalization;
using System.Text.RegularExpressions;

namespace TTame.Architecture.Tests;

/// <summary>The page of faults and the tests that provoke them say the same.</summary>
[Trait("Kind", "Architecture")]
public partial class FaultTests
{
    private const int Faults = 52;
    private static readonly string Page = SourceTree.Text("docs/FAULTS.md");

    [Fact]
    public void Page_EveryFault_HasOneRow()
        => Assert.Equal(Enumerable.Range(1, Faults), Row().Matches(Page).Select(m => int.Parse(m.Groups["number"].Value, CultureInfo.InvariantCulture)));

    [Fact]
    public void Page_EveryRow_NamesTheClassesWhoseTestsCarryItsNumber()
    {
        var tests = (from file in SourceTree.Files("tests", ".cs")
                     from Match match in TestName().Matches(file.Text)
                     select (Number: match.Groups["number"].Value, Class: Path.GetFileNameWithoutExtension(file.Path))).Distinct().ToLookup(t => t.Number, t => t.Class);
        var wrong = from Match row in Row().Matches(Page)
                    let number = row.Groups["number"].Value
                    let named = ClassName().Matches(row.Groups["tests"].Value).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal)
                    where !tests[number].Any() || !named.SequenceEqual(tests[number].Order(StringComparer.Ordinal))
                    select $"fault {number}: the page names {string.Join(", ", named)}; its tests are in {string.Join(", ", tests[number])}";

        Findings.None(wrong);
        Assert.All(tests, t => Assert.InRange(int.Parse(t.Key, CultureInfo.InvariantCulture), 1, Faults));
    }

    [GeneratedRegex(@"^\| (?<number>\d+) \|[^|\n]*\|[^|\n]*\| (?<tests>[^|\n]*) \|[^|\n]*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Za-z]+)`")]
    private static partial Regex ClassName();

    [GeneratedRegex(@"\b(?:void|Task)\s+Fault(?<number>\d+)_")]
    private static partial Regex TestName();
}
