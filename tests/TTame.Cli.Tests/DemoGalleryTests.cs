using TTame.Cli.Demo;
using TTame.Core.Imaging;

namespace TTame.Cli.Tests;

[Trait("Kind", "Unit")]
public sealed class DemoGalleryTests : IDisposable
{
    private readonly string photograph = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.png");

    public DemoGalleryTests() => File.WriteAllBytes(photograph, Png(1200, 900));

    public void Dispose() => File.Delete(photograph);

    [Fact]
    public async Task Entry_TwoDrawnClassesOfThree_EmbedsThePhotographAndTwoOverlays()
    {
        List<string> read = [];
        var entry = await DemoGallery.Entry(photograph, Record(orientation: 1), credit: null, path => { read.Add(path); return Task.FromResult(new BinaryData(Png(1200, 900))); });

        Assert.Equal(["a/1-7.png", "a/2-3.png"], read);
        Assert.Equal([7, 3], entry.Overlays.Select(o => o.Class.Id));
        Assert.StartsWith("data:image/jpeg;base64,", entry.Picture.Source);
        Assert.Equal((1200, 900), (entry.Picture.Width, entry.Picture.Height));
        Assert.True(entry.Overlays[1].Degenerate);
        Assert.Empty(entry.Notes);
    }

    [Fact]
    public void Of_LargePicture_ShorterSideBecomes480()
    {
        string source = EmbeddedPicture.Of(Png(1200, 900)).Source;
        var shown = ImageDecoder.Decode(Convert.FromBase64String(source[(source.IndexOf(',') + 1)..]), ImageLimits.Default).Image;

        Assert.Equal((640, 480), (shown.Width, shown.Height));
    }

    [Fact]
    public async Task Entry_TurnedPhotograph_SaysSo()
    {
        var entry = await DemoGallery.Entry(photograph, Record(orientation: 6), credit: null, _ => Task.FromResult(new BinaryData(Png(8, 8))));

        Assert.Contains("orientation 6", Assert.Single(entry.Notes));
    }

    [Fact]
    public void Of_Cividis_LegendGoesFromItsFirstToItsLastColour()
    {
        var legend = DemoGallery.Of(Record(orientation: 1), trained: null, []).Legend;

        Assert.Equal("#00224e", legend[0]);
        Assert.Equal("#fee838", legend[^1]);
    }

    private static CommitRecord Record(int orientation) => new(
        new("photo.png"), new("m", new string('a', 64)), "cpu", new(1200, 900, orientation),
        [new(1, 7, "seven", 0.6, null, null), new(2, 3, "three", 0.2, null, null)],
        [new(1, 7, "seven", 0.6, new(false), "a/1-7.png"), new(2, 3, "three", 0.2, new(true), "a/2-3.png"), new(3, 1, "one", 0.1, new(false), null)],
        new(7, 0.6, [new(1, 0.5, 0.1, false)]), new("cividis"));

    private static byte[] Png(int width, int height)
    {
        using var file = new MemoryStream();
        ImageWriter.WritePng(new RgbImage(width, height, new byte[width * height * 3]), file);
        return file.ToArray();
    }
}
