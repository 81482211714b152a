using System.Text.RegularExpressions;
using System.Xml.Linq;
using TTame.Core.Reports;

namespace TTame.Core.Tests.Reports;

[Trait("Kind", "Unit")]
public partial class RunBoardPageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Write_TextsFromOutside_AreEscapedEverywhere()
    {
        const string Evil = "<script>alert(1)</script>\"'&";
        string page = RunBoardPage.Write(new([Run(Evil, Evil, new BoardTrial(Evil, Evil, [Evil], [new(Evil, 1, 2, Evil, 3, [new(Evil, [1, 2], [0.5, 0.25])])]))]));

        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("\"'&", page);
    }

    [Theory]
    [InlineData("Running", true)]
    [InlineData("Pending", true)]
    [InlineData("Suspended", true)]
    [InlineData("Completed", false)]
    [InlineData("Failed", false)]
    public void Write_Page_LoadsItselfAnewOnlyWhileSomethingMayHappen(string status, bool anew)
        => Assert.Equal(anew, RunBoardPage.Write(new([Run("r", status)])).Contains("http-equiv=\"refresh\"", StringComparison.Ordinal));

    [Fact]
    public void Write_NoRun_SaysHowToStartOne() => Assert.Contains("POST /api/train", RunBoardPage.Write(new([])));

    [Theory]
    [InlineData(new[] { 3.0, 2.0, 1.0 })]
    [InlineData(new[] { 1.0 })]
    [InlineData(new[] { 0.0, 0.0 })]
    [InlineData(new[] { 1e-9, 1e9 })]
    public void Write_Curve_StaysInsideItsFrame(double[] values)
    {
        int[] steps = [.. Enumerable.Range(1, values.Length)];
        string page = RunBoardPage.Write(new([Run("r", "Running", new BoardTrial("Trial 1", "training", [], [new(null, values.Length, 3, "epoch 1 of 1", 0, [new("loss", steps, values)])]))]));
        var svg = XElement.Parse(Svg().Match(page).Value);
        double width = (double)svg.Attribute("width")!, height = (double)svg.Attribute("height")!;
        double[][] points = [.. svg.Element("polyline")!.Attribute("points")!.Value.Split(' ').Select(p => p.Split(',').Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];

        Assert.Equal(values.Length, points.Length);
        Assert.All(points, p => Assert.True(p[0] >= 0 && p[0] <= width && p[1] >= 0 && p[1] <= height, $"{p[0]},{p[1]}"));
    }

    [Fact]
    public void Write_TrialThatHasNotBegunAndOneThatFailed_SaySo()
    {
        string page = RunBoardPage.Write(new([Run("r", "Running", new BoardTrial("Trial 1", null, [], [new(null, 0, 0, null, 0, [])]), new BoardTrial("Trial 2", "failed: no taps", [], []))]));

        Assert.Contains("has not begun", page);
        Assert.Contains("failed: no taps", page);
        Assert.DoesNotContain("step 0 of 0", page);
    }

    private static BoardRun Run(string id, string status, params BoardTrial[] trials) => new(id, "train", status, "training", Noon, null, trials);

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();
}
