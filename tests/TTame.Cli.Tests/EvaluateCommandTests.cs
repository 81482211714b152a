using TTame.Cli.Evaluate;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("--shares", "0")]
    [InlineData("--shares", "101")]
    [InlineData("--road-shares", "ten")]
    [InlineData("--rise-weight", "logit")]
    [InlineData("--batch", "0")]
    [InlineData("--every", "0")]
    [InlineData("--masking", "none")]
    public async Task Run_OptionOutsideItsRange_IsWrongUsage(string option, string value)
        => Assert.Equal(ExitCode.Usage, await CommandLine.Run(["evaluate", "--images", folder, option, value]));

    [Theory]
    [InlineData("--measures", "ad,beauty")]
    [InlineData("--explainers", "t-tame,t-tame")]
    [InlineData("--explainers", "oracle")]
    public async Task Run_UnknownOrRepeatedName_IsWrongUsage(string option, string value)
        => Assert.Equal(ExitCode.Usage, await CommandLine.Run(["evaluate", "--images", folder, option, value]));

    [Fact]
    public async Task Run_FolderThatIsNotThere_IsAnInputMistake()
        => Assert.Equal(ExitCode.Input, await CommandLine.Run(["evaluate", "--images", Path.Combine(folder, "none")]));

    [Fact]
    public void Records_TwoModels_HaveAFileEachBesideTheRows()
    {
        var request = new EvaluateRequest(["a", "b"], folder, 1, new(), Path.Combine(folder, "rows.json"), Fresh: false);

        Assert.Equal([Path.Combine(folder, "rows.a.jsonl"), Path.Combine(folder, "rows.b.jsonl")], request.Models.Select(request.Records));
    }

    [Fact]
    public void Read_BoxOfThreeSides_IsAnInputMistake()
    {
        string file = Path.Combine(folder, "boxes.json");
        File.WriteAllText(file, """{"a.jpg": [[1, 2, 3]]}""");

        Assert.Equal(ExitCode.Input, Assert.Throws<CliException>(() => BoxFile.Read(file)).ExitCode);
    }
}
