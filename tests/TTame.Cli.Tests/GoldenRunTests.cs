using TTame.Cli.Golden;
using TTame.Testing;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public class GoldenRunTests
{
    [Fact]
    public void Relative_OneOfTwoIsOffByATenthOfTheLargest_ErrorIsATenth()
        => Assert.Equal(0.1, GoldenResult.Relative<double>([1, 9], [1, 10], 0.2).Error, 12);

    [Fact]
    public void Relative_NotANumber_Fails() => Assert.False(GoldenResult.Relative<float>([float.NaN, 1], [0, 1], 1e9).Passed);

    [Fact]
    public void Run_CheckThrows_IsAFailureWithItsReason()
    {
        var row = GoldenRun.Run(new("f", "b", new("n", () => throw new InvalidOperationException("why"))));

        Assert.Equal(GoldenOutcome.Failed, row.Outcome);
        Assert.Contains("why", row.Reason);
    }

    [Fact]
    public void Unread_NoFamilies_EveryFileIsSkippedByName()
    {
        var set = new GoldenSet(Ground.Golden);

        Assert.Equal(set.Files, GoldenRun.Unread(set, []).Select(r => r.Name));
        Assert.Contains("vgg16/forward.json", set.Files);
    }

    [Fact]
    public void Text_OneOfEach_LastLineHasTheCounts()
    {
        string text = GoldenReport.Text(
        [
            new("f", "b", "one", GoldenOutcome.Passed, 1e-6, 1e-4, null),
            new("f", "b", "two", GoldenOutcome.Failed, 1, 1e-4, null),
            new("g", "b", "b/g.json", GoldenOutcome.Skipped, null, null, "not built yet"),
        ]);

        Assert.EndsWith("1 passed, 1 failed, 1 skipped", text);
        Assert.Contains("SKIPPED  b/g.json", text);
    }

    [Fact]
    public void Open_FolderWithoutManifest_IsAnInputFault()
        => Assert.Equal(ExitCode.Input, Assert.Throws<CliException>(() => new GoldenSet(Path.GetTempPath())).ExitCode);
}
