using System.Globalization;
using System.Xml.Linq;
using TTame.Core.Evaluation;
using TTame.Core.Reports;

namespace TTame.Core.Tests.Reports;

[Trait("Kind", "Unit")]
public class CurvePlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Svg_TwoSeriesAndALevel_PanelsCurvesAndNamesAreThere()
    {
        XElement picture = XElement.Parse(CurvePlot.Svg(
            [Point("a <b>", 100, ad: 40, ic: 10), Point("a <b>", 1000, ad: 20, ic: 20), Point("c", 100, ad: 50, ic: 5)], Point("level", 1, ad: 30, ic: 15), "photographs"));

        Assert.Equal(2, picture.Elements(Svg + "g").Count());
        Assert.All(picture.Elements(Svg + "g"), panel => Assert.Equal(2, panel.Elements(Svg + "polyline").Count()));
        string[] texts = [.. picture.Descendants(Svg + "text").Select(text => text.Value)];
        Assert.Superset(new HashSet<string> { "a <b>", "c", "level", "photographs", "AD↓ 50 %", "IC↑ 50 %", "1,000" }, new HashSet<string>(texts));
    }

    [Fact]
    public void Svg_LessDrop_StandsLowerAndMorePhotographsFurtherRight()
    {
        XElement picture = XElement.Parse(CurvePlot.Svg([Point("a", 1000, ad: 20, ic: 20), Point("a", 100, ad: 40, ic: 10)], null, "photographs"));

        double[][] curve = [.. picture.Element(Svg + "g")!.Element(Svg + "polyline")!.Attribute("points")!.Value.Split(' ')
            .Select(pair => pair.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
        Assert.True(curve[0][0] < curve[1][0], "100 stands left of 1,000");
        Assert.True(curve[0][1] < curve[1][1], "a drop of 40 stands above one of 20");
    }

    [Fact]
    public void Svg_AbscissaZero_SaysWhy()
        => Assert.Contains("'a' is not above 0", Assert.Throws<ArgumentException>(() => CurvePlot.Svg([Point("a", 0, ad: 1, ic: 1)], null, "photographs")).Message, StringComparison.Ordinal);

    private static CurvePoint Point(string series, double x, double ad, double ic)
        => new(series, x, [new("m", "t-tame", "ad", 0.5, ad, ad - 1, ad + 1, 9), new("m", "t-tame", "ic", 0.5, ic, ic - 1, ic + 1, 9)]);
}
