using TTame.Core.Imaging;
using TTame.Core.Training;

namespace TTame.Core.Tests.Imaging;

[Trait("Kind", "Unit")]
public sealed class DecodedCacheTests : IDisposable
{
    private const long Plenty = 1 << 20;
    private const int Header = 12;
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Find_WhatWasKept_ComesBackPixelForPixelInAnotherProcessToo()
    {
        var picture = Toys.Blobs(7, 5, 1);
        new DecodedCache(folder, Plenty).Keep(3, picture);

        var found = new DecodedCache(folder, Plenty).Find(3)!;

        Assert.Equal((7, 5), (found.Width, found.Height));
        Assert.Equal(picture.Pixels, found.Pixels);
        Assert.Null(new DecodedCache(folder, Plenty).Find(4));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("header")]
    [InlineData("half")]
    [InlineData("longer")]
    [InlineData("bit")]
    [InlineData("negative")]
    public void Find_DamagedFile_IsNotThereAndMayBeKeptAnew(string damage)
    {
        var cache = new DecodedCache(folder, Plenty);
        var picture = Toys.Blobs(7, 5, 1);
        cache.Keep(0, picture);
        string file = Directory.GetFiles(folder).Single();
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, damage switch
        {
            "empty" => [],
            "header" => bytes[..Header],
            "half" => bytes[..(bytes.Length / 2)],
            "longer" => [.. bytes, 0],
            "bit" => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)],
            _ => [0xff, 0xff, 0xff, 0xff, .. bytes[4..]],
        });

        Assert.Null(cache.Find(0));
        cache.Keep(0, picture);
        Assert.Equal(picture.Pixels, cache.Find(0)!.Pixels);
    }

    [Fact]
    public void Keep_BeyondTheLimit_KeepsNoMoreWhateverProcessKeptTheRest()
    {
        var picture = Toys.Blobs(10, 10, 1);
        long each = Header + picture.Pixels.Length;
        var first = new DecodedCache(folder, 2 * each);
        first.Keep(0, picture);
        var second = new DecodedCache(folder, 2 * each);
        for (int i = 1; i < 5; i++) second.Keep(i, picture);

        Assert.NotNull(second.Find(1));
        Assert.Null(second.Find(2));
        Assert.InRange(Directory.GetFiles(folder).Sum(f => new FileInfo(f).Length), 1, 2 * each);
    }

    [Fact]
    public void Keep_LargePictureThatDoesNotFit_ASmallOneStillDoes()
    {
        var cache = new DecodedCache(folder, 400);
        cache.Keep(0, Toys.Blobs(20, 20, 1));
        cache.Keep(1, Toys.Blobs(5, 5, 1));

        Assert.Null(cache.Find(0));
        Assert.NotNull(cache.Find(1));
    }

    [Fact]
    public void Keep_DiskRefuses_NothingIsThrownAndNothingIsLeftHalfWritten()
    {
        // A file stands where the folder should be: every write fails, as on a full disk.
        string blocked = Path.Combine(folder, "blocked");
        File.WriteAllText(blocked, "");
        var cache = new DecodedCache(blocked, Plenty);

        cache.Keep(0, Toys.Blobs(4, 4, 1));

        Assert.Null(cache.Find(0));
        Assert.Equal([blocked], Directory.GetFiles(folder));
    }

    [Fact]
    public void Keep_HalfWrittenFileOfAProcessThatWasKilled_IsRemoved()
    {
        File.WriteAllText(Path.Combine(folder, "7.rgb.1-1.part"), "half");
        new DecodedCache(folder, Plenty).Keep(0, Toys.Blobs(4, 4, 1));

        Assert.Equal(["0.rgb"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Load_WithACacheThatRefuses_TheWindowIsTheSameAsWithout()
    {
        string pictures = Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName;
        using var images = ImageList.Open(Toys.Pictures(pictures, 1));
        string blocked = Path.Combine(folder, "blocked");
        File.WriteAllText(blocked, "");
        TrainingCrops Crops(DecodedCache? cache) => new(images, new(32, 32, [0, 0, 0], [1, 1, 1]), Recipe.Paper, ImageLimits.Default) { Decoded = cache };

        var plain = Crops(null).Load(0, 1);
        var refused = Crops(new(blocked, Plenty)).Load(0, 1);
        var warm = new DecodedCache(Path.Combine(folder, "warm"), Plenty);
        Crops(warm).Load(0, 0);
        File.Delete(Directory.GetFiles(pictures).Single());
        var cached = Crops(warm).Load(0, 1);

        Assert.Null(refused.Unreadable);
        Assert.Equal(plain.Window!.Pixels, refused.Window!.Pixels);
        // The file is gone: this window came from the cache.
        Assert.Equal(plain.Window.Pixels, cached.Window!.Pixels);
    }
}
