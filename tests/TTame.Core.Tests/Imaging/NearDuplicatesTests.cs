using TTame.Core.Imaging;

namespace TTame.Core.Tests.Imaging;

public sealed class NearDuplicatesTests : IDisposable
{
    private const int OneAndTheSame = 8;

    private readonly string folder = Directory.CreateTempSubdirectory("ttame-twins-").FullName;

    [Fact]
    [Trait("Kind", "Unit")]
    public void Of_UpperHalfWhite_BitsOfTheOddFrequenciesDownAlone()
    {
        // A step down the picture: its transform is 0 wherever something varies across, and of alternating sign at 1, 3, 5, 7 down (+ − + −).
        RgbImage step = new(32, 32);
        step.Pixels.AsSpan(0, step.Pixels.Length / 2).Fill(255);

        ulong down = PerceptualHash.Of(step).Bits & 0x0101_0101_0101_0100;

        Assert.True((down & (1UL << 8)) != 0);
        Assert.True((down & (1UL << 24)) == 0);
        Assert.True((down & (1UL << 40)) != 0);
        Assert.True((down & (1UL << 56)) == 0);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Distance_SomeBitsDiffer_TheirNumber() => Assert.Equal(3, new PerceptualHash(0b1011_0000).Distance(new(0b0001_1000)));

    [Theory]
    [InlineData("smaller")]
    [InlineData("jpeg")]
    [InlineData("cropped")]
    [InlineData("mirrored")]
    [InlineData("darker")]
    [Trait("Kind", "Property")]
    public void Nearest_SamePhotographChanged_FoundAmongOthers(string change)
    {
        string list = Folder("list"), others = Folder("others");
        RgbImage photograph = Toys.Blobs(160, 120, 7);
        using (FileStream stream = File.Create(Path.Combine(list, "twin"))) Write(Changed(photograph, change), stream, change);
        for (int i = 0; i < 30; i++) File.WriteAllBytes(Path.Combine(others, $"{i:00}.png"), Pictures.Png(Toys.Blobs(160, 120, i)));
        using ImageList pictures = ImageList.Open(list), against = ImageList.Open(others);

        NearestPicture found = Assert.Single(NearDuplicates.Nearest(pictures, against));

        Assert.Equal(("twin", "07.png"), (found.Picture, found.Like));
        Assert.InRange(found.Distance, 0, OneAndTheSame);
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Nearest_OtherPhotographs_FarAway()
    {
        string list = Folder("list"), others = Folder("others");
        for (int i = 0; i < 20; i++) File.WriteAllBytes(Path.Combine(i % 2 == 0 ? list : others, $"{i:00}.png"), Pictures.Png(Toys.Blobs(160, 120, 100 + i)));
        File.WriteAllText(Path.Combine(list, "none.png"), "no picture");
        using ImageList pictures = ImageList.Open(list), against = ImageList.Open(others);

        IReadOnlyList<NearestPicture> found = NearDuplicates.Nearest(pictures, against);

        Assert.Equal(10, found.Count);
        Assert.All(found, pair => Assert.True(pair.Distance > OneAndTheSame));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Nearest_NothingReadableToCompareWith_ArgumentException()
    {
        string list = Folder("list"), others = Folder("others");
        File.WriteAllBytes(Path.Combine(list, "a.png"), Pictures.Png(Toys.Blobs(40, 40, 1)));
        File.WriteAllText(Path.Combine(others, "none.png"), "no picture");
        using ImageList pictures = ImageList.Open(list), against = ImageList.Open(others);

        Assert.Throws<ArgumentException>(() => NearDuplicates.Nearest(pictures, against));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static RgbImage Changed(RgbImage picture, string change) => change switch
    {
        "smaller" => Preprocessing.Resize(picture, 97, 71),
        "cropped" => Preprocessing.Crop(picture, 3, 2, 154, 115),
        "mirrored" => picture.Mirrored(),
        "darker" => new(picture.Width, picture.Height, [.. picture.Pixels.Select(value => (byte)(value * 3 / 4))]),
        _ => picture,
    };

    private static void Write(RgbImage picture, Stream stream, string change)
    {
        if (change == "jpeg") ImageWriter.WriteJpeg(picture, stream, 30);
        else ImageWriter.WritePng(picture, stream);
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
}
