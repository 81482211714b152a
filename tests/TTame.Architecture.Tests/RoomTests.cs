namespace TTame.Architecture.Tests;

/// <summary>The arrows between the rooms of Core, and between the projects: what is not drawn is forbidden.</summary>
[Trait("Kind", "Architecture")]
public class RoomTests
{
    private const string Core = "TTame.Core";

    // Beside itself, a room sees Primitives and what stands here.
    private static readonly Dictionary<string, string[]> Sees = new()
    {
        ["Primitives"] = [],
        ["Imaging"] = [],
        ["Weights"] = [],
        ["Backbones"] = ["Imaging", "Weights"],
        ["Attention"] = ["Imaging", "Weights", "Backbones"],
        ["Training"] = ["Imaging", "Weights", "Backbones", "Attention"],
        ["Explainers"] = ["Imaging", "Weights", "Backbones", "Attention"],
        ["Metrics"] = ["Imaging", "Backbones"],
        ["Evaluation"] = ["Imaging", "Weights", "Backbones", "Attention", "Explainers", "Metrics"],
        ["Runs"] = ["Imaging", "Weights", "Backbones", "Attention", "Explainers", "Metrics", "Training", "Evaluation"],
        ["Reports"] = ["Runs", "Evaluation"],
    };

    public static TheoryData<string> Rooms => new(Sees.Keys);

    [Fact]
    public void Core_EveryFile_StandsInARoomOfTheHouse()
        => Findings.None(SourceTree.Files($"src/{Core}", ".cs").Where(f => !Sees.ContainsKey(RoomOf(f.Path))));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_ItsFiles_ImportOnlyRoomsThatItMaySee(string room)
    {
        string[] allowed = [room, "Primitives", .. Sees[room]];
        var wrong = from file in SourceTree.Files($"src/{Core}/{room}", ".cs")
                    from name in file.Usings
                    where name.StartsWith($"{Core}.", StringComparison.Ordinal)
                    let seen = name[(Core.Length + 1)..].Split('.')[0]
                    where !allowed.Contains(seen)
                    select $"{file.Path} sees {seen}";

        Findings.None(wrong);
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_ItsFiles_HaveItsNamespace(string room)
        => Findings.None(SourceTree.Files($"src/{Core}/{room}", ".cs").Where(f => !f.Text.Contains($"namespace {Core}.{room}", StringComparison.Ordinal)));

    [Fact]
    public void Core_ItsFiles_KnowNoAzureNoClockAndNoConsole()
    {
        string[] banned = ["Azure", "Microsoft.Azure", "Microsoft.DurableTask", "Spectre", "System.CommandLine"];
        var wrong = from file in SourceTree.Files($"src/{Core}", ".cs")
                    from name in file.Usings
                    where banned.Any(b => name == b || name.StartsWith($"{b}.", StringComparison.Ordinal))
                    select $"{file.Path} imports {name}";

        Findings.None(wrong);
    }

    [Fact]
    public void Reports_ItsFiles_HoldNoTensors()
        => Findings.None(SourceTree.Files($"src/{Core}/Reports", ".cs").Where(f => f.Usings.Any(u => u.StartsWith("TorchSharp", StringComparison.Ordinal))));

    [Fact]
    public void Compat_ItsFilesAndProjects_KnowNothingOfOurs()
    {
        Findings.None(SourceTree.Files("src/compat", ".cs").Where(f => f.Usings.Any(u => u == "TTame" || u.StartsWith("TTame.", StringComparison.Ordinal))));
        Findings.None(SourceTree.Files("src/compat", ".csproj").Where(f => f.Text.Contains("TTame.", StringComparison.Ordinal)));
    }

    private static string RoomOf(string path) => path.Split('/') is [_, _, var room, _, ..] ? room : "";
}
