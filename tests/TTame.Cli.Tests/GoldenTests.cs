using TTame.Cli.Golden;
using TTame.Testing;

namespace TTame.Cli.Tests;

/// <summary>The committed golden vectors, through the same code as <c>ttame golden</c>.</summary>
[Trait("Kind", "Oracle")]
[TestCaseOrderer("TTame.Cli.Tests.ByName", "TTame.Cli.Tests")]
public class GoldenTests
{
    private static readonly Lazy<IReadOnlyDictionary<string, GoldenRun.Place>> Places = new(
        () => GoldenRun.Checks(new(Ground.Golden), GoldenFamilies.All).ToDictionary(p => $"{p.Backbone}/{p.Family}/{p.Check.Name}"));

    public static TheoryData<string> Committed => new(Places.Value.Keys);

    [Theory]
    [MemberData(nameof(Committed))]
    public void Run_CommittedVector_IsWithinTolerance(string check)
    {
        var row = GoldenRun.Run(Places.Value[check]);

        Assert.True(row.Outcome == GoldenOutcome.Passed, $"{row.Reason} error {row.Error}, allowed {row.Tolerance}");
    }
}
