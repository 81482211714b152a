using TTame.Core.Reports;

namespace TTame.Core.Tests.Reports;

[Trait("Kind", "Unit")]
public class GalleryPageTests
{
    private const string Hostile = "<script>alert('x')</script>\" onerror=\"y";

    [Fact]
    public void Fault27_Write_HostileNames_AreEscapedEverywhere()
    {
        string page = GalleryPage.Write(One(Hostile));

        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("\" onerror", page);
        Assert.Contains("&lt;script&gt;", page);
    }

    [Fact]
    public void Write_OneEntryWithTwoOverlays_HasThreePictures()
        => Assert.Equal(3, GalleryPage.Write(One("cat.jpg")).Split("<img ").Length - 1);

    [Fact]
    public void Write_EmbeddedPictures_LoadsNothingFromOutside()
    {
        string page = GalleryPage.Write(One("cat.jpg"));

        Assert.DoesNotContain("src=\"http", page);
        Assert.DoesNotContain("url(", page);
        Assert.DoesNotContain("<link", page);
    }

    [Fact]
    public void Write_Confidence_StandsAsPercentInInvariantCulture() => Assert.Contains("87.3 %", GalleryPage.Write(One("cat.jpg")));

    private static Gallery One(string text)
    {
        var cat = new GalleryClass(281, text, 0.873);
        var picture = new GalleryPicture("data:image/png;base64,AA==", 4, 3);
        var entry = new GalleryEntry(
            text, picture, [new(1, cat, picture, false), new(2, cat with { Name = null }, picture, true)], [cat],
            new(cat, [new(1, 0.9, 0, true), new(0.5, 0.4, 0.54, false)]), new(text, text, null, null), [text]);
        return new(text, new(text, text, text), text, ["#000000", "#ffffff"], [entry]);
    }
}
