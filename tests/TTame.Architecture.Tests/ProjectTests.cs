using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TTame.Testing;

namespace TTame.Architecture.Tests;

/// <summary>Projects, packages and the swap of stand-ins.</summary>
[Trait("Kind", "Architecture")]
public partial class ProjectTests
{
    private static readonly Dictionary<string, string[]> References = new()
    {
        ["src/TTame.Core/TTame.Core.csproj"] = [],
        ["src/TTame.Cli/TTame.Cli.csproj"] = ["TTame.Core"],
        ["src/TTame.Functions/TTame.Functions.csproj"] = ["TTame.Core"],
    };

    public static TheoryData<string> Ours => new(References.Keys);

    [Theory]
    [MemberData(nameof(Ours))]
    public void Project_ItsReferences_AreTheArrowsOfTheHouse(string project)
    {
        var references = XDocument.Parse(SourceTree.Text(project)).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Equal(References[project], references.Where(r => r.StartsWith("TTame.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Solution_EveryProject_IsInIt()
    {
        string solution = SourceTree.Text("TTame.Functions.sln").Replace('\\', '/');
        string[] projects = [.. new[] { "src", "tests", "bench", "examples" }.SelectMany(f => SourceTree.Files(f, ".csproj")).Select(f => f.Path)];

        Assert.NotEmpty(projects);
        Findings.None(projects.Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void CentralPackages_EveryPackage_IsUsed()
    {
        string uses = string.Join('\n', SourceTree.Files(".", ".csproj", ".targets").Concat(SourceTree.Files("tests", ".props")).Select(f => f.Text));
        var packages = XDocument.Parse(SourceTree.Text("Directory.Packages.props")).Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value).Distinct();

        Findings.None(packages.Where(p => !Regex.IsMatch(uses, $"[\";]{Regex.Escape(p)}[\";]")));
    }

    [Fact]
    public void Swap_Default_TorchIsAProjectAndNoPackage()
    {
        var (packages, projects) = Evaluate(standIns: true);

        Assert.DoesNotContain(packages, p => p.StartsWith("TorchSharp", StringComparison.Ordinal) || p.StartsWith("SixLabors", StringComparison.Ordinal));
        Assert.Contains(projects, p => p.EndsWith("compat/TorchSharp/TorchSharp.csproj", StringComparison.Ordinal));
        Assert.Contains(projects, p => p.EndsWith("compat/SixLabors.ImageSharp/SixLabors.ImageSharp.csproj", StringComparison.Ordinal));
    }

    [Fact]
    public void Swap_Production_NoStandInIsLeft()
    {
        var (packages, projects) = Evaluate(standIns: false);

        Assert.Contains("TorchSharp-cpu", packages);
        Assert.Contains("SixLabors.ImageSharp", packages);
        Assert.DoesNotContain(projects, p => p.Contains("compat", StringComparison.Ordinal));
    }

    [Fact]
    public void Sources_StandIns_AreChosenNowhereButInTheTargets()
    {
        var elsewhere = SourceTree.Files("src", ".cs", ".csproj").Where(f => !f.Path.StartsWith("src/compat/", StringComparison.Ordinal))
            .Where(f => f.Text.Contains("UseStandIns", StringComparison.Ordinal) || ConditionalCode().IsMatch(f.Text));

        Findings.None(elsewhere);
    }

    // What MSBuild makes of Core's items, without building.
    private static (List<string> Packages, List<string> Projects) Evaluate(bool standIns)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
            ArgumentList = { "msbuild", Path.Combine(Ground.Repository, "src/TTame.Core/TTame.Core.csproj"), $"-p:UseStandIns={standIns}".ToLowerInvariant().Replace("usestandins", "UseStandIns"), "-getItem:PackageReference", "-getItem:ProjectReference" },
        };
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        var items = JsonDocument.Parse(output).RootElement.GetProperty("Items");
        List<string> Of(string kind) => [.. items.GetProperty(kind).EnumerateArray().Select(i => i.GetProperty("Identity").GetString()!.Replace('\\', '/'))];
        return (Of("PackageReference"), Of("ProjectReference"));
    }

    [GeneratedRegex(@"^\s*#if\b", RegexOptions.Multiline)]
    private static partial Regex ConditionalCode();
}
