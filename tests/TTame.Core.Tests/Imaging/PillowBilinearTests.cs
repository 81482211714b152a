using TTame.Core.Imaging;

namespace TTame.Core.Tests.Imaging;

public sealed class PillowBilinearTests
{
    [Theory]
    [Trait("Kind", "Replica")]
    [InlineData(500, 375, 256)]
    [InlineData(375, 500, 256)]
    [InlineData(60, 48, 256)]
    [InlineData(7, 5, 3)]
    [InlineData(1, 1, 224)]
    [InlineData(1, 40, 16)]
    [InlineData(333, 1, 2)]
    [InlineData(256, 256, 256)]
    [InlineData(2, 9000, 1)]
    public void ResizeShorterSide_OfNoise_EqualsPlainReplica(int width, int height, int side)
    {
        var picture = Pictures.Noise(width, height, (width * 31) + height);

        var resized = Preprocessing.ResizeShorterSide(picture, side);

        Assert.Equal(PillowBilinearReplica.Resize(picture, resized.Width, resized.Height).Pixels, resized.Pixels);
    }

    [Fact]
    [Trait("Kind", "Replica")]
    public void Resize_OfThreeHundredRandomSizes_EqualsPlainReplica()
    {
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            var picture = Pictures.Noise(random.Next(1, 90), random.Next(1, 90), i);
            int width = random.Next(1, 90), height = random.Next(1, 90);

            var resized = Preprocessing.Resize(picture, width, height);

            Assert.True(PillowBilinearReplica.Resize(picture, width, height).Pixels.AsSpan().SequenceEqual(resized.Pixels),
                $"{picture.Width}×{picture.Height} to {width}×{height}");
        }
    }

    [Fact]
    [Trait("Kind", "Replica")]
    public void Cut_OfAnyWindow_EqualsCropOfWholeResize()
    {
        var random = new Random(11);
        for (int i = 0; i < 100; i++)
        {
            var picture = Pictures.Noise(random.Next(1, 200), random.Next(1, 200), i);
            int width = random.Next(10, 120), height = random.Next(10, 120), size = random.Next(1, 10);
            CropWindow window = new(width, height, random.Next(0, width - size + 1), random.Next(0, height - size + 1), size);

            var cut = Preprocessing.Cut(picture, window);

            var whole = Preprocessing.Resize(picture, width, height);
            Assert.Equal(Preprocessing.Crop(whole, window.Left, window.Top, size, size).Pixels, cut.Pixels);
        }
    }

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData(500, 375, 341, 256, 58, 16)]
    [InlineData(100, 333, 256, 852, 16, 314)]
    [InlineData(1, 4000, 256, 1_024_000, 16, 511_888)]
    [InlineData(224, 224, 256, 256, 16, 16)]
    public void Centre_Of224From256_IsTorchvisionsWindow(int width, int height, int resizedWidth, int resizedHeight, int left, int top)
    {
        InputSpec spec = new(224, 256, [0, 0, 0], [1, 1, 1]);

        Assert.Equal(new CropWindow(resizedWidth, resizedHeight, left, top, 224), CropWindow.Centre(width, height, spec));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Prepare_OfInputsOwnSizeWithoutResize_LeavesThePixelsAlone()
    {
        var picture = Pictures.Noise(32, 32, 3);

        Assert.Equal(picture.Pixels, Preprocessing.Prepare(picture, new(32, null, [0, 0, 0], [1, 1, 1])).Crop.Pixels);
    }
}
