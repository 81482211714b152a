using System.Text.RegularExpressions;

namespace TTame.Architecture.Tests;

/// <summary>Rules of the house that a text can be held to.</summary>
[Trait("Kind", "Architecture")]
public partial class HouseRuleTests
{
    // Banned in Core and in orchestrators: the analyzer sees Core only.
    private static readonly Regex Nondeterminism = NondeterminismPattern();

    [Fact]
    public void Core_ItsFiles_TakeClockChanceAndConsoleAsParameters()
        => Findings.None(SourceTree.Files("src/TTame.Core", ".cs").Where(f => Nondeterminism.IsMatch(f.Text)));

    [Fact]
    public void Orchestrators_TheirMethods_TakeClockAndChanceFromTheirContext()
    {
        var wrong = from file in SourceTree.Files("src/TTame.Functions", ".cs")
                    where file.Text.Contains("[OrchestrationTrigger]", StringComparison.Ordinal) && Nondeterminism.IsMatch(file.Text)
                    select file.Path;

        Findings.None(wrong);
    }

    [Fact]
    public void Sources_NoFileOfAnyKind_NamesAPathOfOneMachine()
    {
        string[] kinds = [".cs", ".md", ".json", ".csproj", ".props", ".targets", ".sh", ".mjs", ".txt", ".cpp", ".h", ".bicep", ".yml", ".py"];
        string[] folders = ["src", "tests", "docs", "infra", "bench", "examples", "golden", "models"];

        Findings.None(folders.SelectMany(f => SourceTree.Files(f, kinds)).Where(f => MachinePath().IsMatch(f.Text)));
    }

    [Fact]
    public void Names_PublicTypesOfOurs_AreNotDrawers()
    {
        var wrong = from file in SourceTree.Files("src/TTame.Core", ".cs").Concat(SourceTree.Files("src/TTame.Functions", ".cs")).Concat(SourceTree.Files("src/TTame.Cli", ".cs"))
                    from Match match in TypeName().Matches(file.Text)
                    where Drawer().IsMatch(match.Groups["name"].Value)
                    select $"{file.Path}: {match.Groups["name"].Value}";

        Findings.None(wrong);
    }

    [Fact]
    public void Names_PublicNamesOfCore_AreNoWordsThatTheGlossaryForbids()
    {
        HashSet<string> never = ["Saliency", "Fmap", "Mdl", "Gt", "Pct", "Percentile", "Fuser", "Snapshot", "Dataset", "Config"];
        var members = from type in typeof(TTame.Core.Reports.Gallery).Assembly.GetExportedTypes()
                      from name in type.GetMembers().Where(m => m.DeclaringType == type).Select(m => m.Name).Append(type.Name)
                      select (type, name);
        var wrong = from m in members
                    from Match word in Word().Matches(m.name)
                    where never.Contains(word.Value)
                    select $"{m.type}.{m.name}";

        Findings.None(wrong.Distinct());
    }

    [Fact]
    public void Tests_TheirNames_SayNoEmptyOutcome()
    {
        var wrong = from file in SourceTree.Files("tests", ".cs")
                    from Match match in TestName().Matches(file.Text)
                    let outcome = match.Groups["name"].Value.Split('_')[^1]
                    where outcome is "Works" or "Ok" or "Correct" or "Valid"
                    select $"{file.Path}: {match.Groups["name"].Value}";

        Findings.None(wrong);
    }

    [Fact]
    public void Errors_EveryPublicExceptionOfCore_HasItsParagraph()
    {
        string errors = SourceTree.Text("docs/ERRORS.md");
        var exceptions = typeof(TTame.Core.Reports.Gallery).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Exception)));

        Findings.None(exceptions.Where(e => !errors.Contains($"`{e.Name}`", StringComparison.Ordinal)).Select(e => e.Name));
    }

    [GeneratedRegex(@"\b(DateTime(Offset)?\.(Utc)?Now\b|Guid\.NewGuid\b|Random\.Shared\b|new Random\(\)|Console\.\w|Environment\.(Exit|GetEnvironmentVariable)\b)")]
    private static partial Regex NondeterminismPattern();

    // Spelled in parts, so that this file does not find itself.
    [GeneratedRegex("(?<![A-Za-z0-9_.:/-])/(ho" + "me|ro" + "ot|wo" + "rk|fa" + @"rm)/\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?(?<name>[A-Z]\w*)")]
    private static partial Regex TypeName();

    [GeneratedRegex("(Utils?|Helpers?|Common|Manager|V2)$")]
    private static partial Regex Drawer();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\[(?:Skippable)?(?:Fact|Theory)[^\]]*\][\s\S]{0,400}?\b(?:void|Task)\s+(?<name>\w+)\(")]
    private static partial Regex TestName();
}
