namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public class CommandLineTests
{
    [Theory]
    [InlineData("no-such-command")]
    [InlineData("demo", "--no-such-option")]
    public async Task Run_WordItDoesNotKnow_IsWrongUsage(params string[] args)
        => Assert.Equal(ExitCode.Usage, await CommandLine.Run(args));

    [Fact]
    public void Of_FaultOfTheProgram_IsNoComplaint() => Assert.Null(Complaint.Of(new InvalidOperationException()));

    [Fact]
    public void Of_MissingFile_NamesItAndIsAnInputFault()
    {
        var complaint = Complaint.Of(new FileNotFoundException("no", "cat.jpg"));

        Assert.Equal(ExitCode.Input, complaint!.ExitCode);
        Assert.Contains("cat.jpg", complaint.Text);
    }

    [Fact]
    public void Of_Interruption_HasTheShellsCode() => Assert.Equal(ExitCode.Interrupted, Complaint.Of(new OperationCanceledException())!.ExitCode);
}
