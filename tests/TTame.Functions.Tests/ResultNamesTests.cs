using TTame.Functions.Explain;

namespace TTame.Functions.Tests;

[Trait("Kind", "Unit")]
public class ResultNamesTests
{
    [Fact]
    public void Names_OfAnOrdinaryPath_AreTheDocumentedOnes()
    {
        var names = new ResultNames("a/b c#1.png", "net", "0123abcd");
        Assert.Equal("a/b c#1.png/net-0123abcd/1-281.png", names.Overlay(1, 281));
        Assert.Equal("a/b c#1.png/net-0123abcd/maps.npy", names.Maps);
        Assert.Equal("a/b c#1.png/net-0123abcd.json", names.CommitRecord);
        Assert.Equal("a/b c#1.png.json", ResultNames.FailedRecord("a/b c#1.png"));
    }

    [Fact]
    public void Fault13_Names_OfTheLongestPath_FitABlobName()
    {
        string path = new('x', ResultNames.LongestBlobName);
        var names = new ResultNames(path, new string('m', 64), "0123abcd");
        foreach (string name in new[] { names.Overlay(1000, 999_999), names.Maps, names.CommitRecord, ResultNames.FailedRecord(path) })
            Assert.InRange(name.Length, 1, ResultNames.LongestBlobName);
        Assert.NotEqual(names.CommitRecord, new ResultNames(path[1..], names.Model, names.Hash8).CommitRecord);
    }

    [Theory]
    [InlineData("../../etc/x.png")]
    [InlineData("a/./b.png")]
    public void Fault13_Names_OfADotSegment_AreHashed(string path)
        => Assert.StartsWith("sha256-", new ResultNames(path, "m", "0123abcd").CommitRecord);

    [Fact]
    public void Fault13_Names_DifferingInCaseOrNormalForm_StayApart()
    {
        string[] paths = ["a.png", "A.png", "\u00e9.png", "e\u0301.png"];
        Assert.Equal(paths.Length, paths.Select(p => new ResultNames(p, "m", "0123abcd").CommitRecord).Distinct(StringComparer.Ordinal).Count());
    }
}
