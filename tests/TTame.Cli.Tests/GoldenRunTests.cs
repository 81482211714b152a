using TTame.Cli.Golden;
using TTame.Testing;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public sealed class GoldenRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private GoldenSet Set(params (string File, string Json)[] files)
    {
        foreach ((string file, string json) in files.Append((GoldenSet.Manifest, """{"salt": "other", "list": {}}""")))
        {
            string path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, json);
        }
        return new(folder);
    }

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

    // Every family that reads the file, and none of its parts: a set may have few vectors.
    [Theory]
    [InlineData("toy_cnn/explain.json", """{"image_names": ["a/0"], "image_size": 32}""")]
    [InlineData("resnet50/forward.json", """{"images": ["a/0"], "input_norm": {}, "logits": {}}""")]
    [InlineData("units/formulas.json", "{}")]
    [InlineData("vgg16/metrics.json", "{}")]
    public void Checks_FileWithoutItsParts_HasNoCheckOfThem(string file, string json)
    {
        GoldenSet set = Set((file, json));

        Assert.DoesNotContain(GoldenRun.Checks(set, GoldenFamilies.All), place => place.Family != "manifest" && place.Check.Name is not ("input" or "logits"));
    }

    [Fact]
    public void Checks_FileThatIsNoJson_FailsByItselfAndTheOthersRun()
    {
        GoldenSet set = Set(("units/formulas.json", "{"), ("units/rng.json", """{"fnv1a64": {"": "cbf29ce484222325"}, "streams": {}, "unit": {}, "sym": {}}"""));

        var rows = GoldenRun.Checks(set, GoldenFamilies.All).Select(GoldenRun.Run).ToDictionary(row => row.Family);

        Assert.Equal(GoldenOutcome.Passed, rows["rng"].Outcome);
        Assert.Equal((GoldenOutcome.Failed, "units/formulas.json"), (rows["formulas"].Outcome, rows["formulas"].Name));
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
