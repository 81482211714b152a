using TTame.Core.Imaging;

namespace TTame.Core.Tests.Imaging;

public sealed class OverlayTests
{
    private static readonly OverlayOptions s_opaque = new(ColourMap.Grey, 1);

    [Fact]
    [Trait("Kind", "Unit")]
    public void RenderGrey_OfTwoCellsOnFourPixels_IsBilinearBetweenTheirCentres()
    {
        RgbImage picture = new(4, 1);
        CropWindow whole = new(4, 4, 0, 0, 4);

        Assert.Equal<byte>([0, 64, 191, 255], Overlay.RenderGrey(picture, whole, [0, 1], 1, 2));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Render_OfWindowInTheMiddle_LeavesTheRestOfThePictureAlone()
    {
        var picture = Pictures.Noise(80, 40, 1);
        CropWindow window = CropWindow.Centre(80, 40, new(20, 20, [0, 0, 0], [1, 1, 1]));

        var overlay = Overlay.Render(picture, window, [1], 1, 1, s_opaque);

        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 80; x++)
            {
                var expected = x is >= 20 and < 60 ? [255, 255, 255] : picture.Pixels.AsSpan(((y * 80) + x) * 3, 3);
                Assert.True(expected.SequenceEqual(overlay.Pixels.AsSpan(((y * 80) + x) * 3, 3)), $"({x}, {y})");
            }
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Render_AtOpacityZero_ShowsThePictureInGrey()
    {
        RgbImage picture = new(1, 1, [255, 0, 0]);

        var overlay = Overlay.Render(picture, new(1, 1, 0, 0, 1), [0.5F], 1, 1, new(ColourMap.Cividis, 0));

        Assert.Equal<byte>([77, 77, 77], overlay.Pixels);
    }

    [Theory]
    [Trait("Kind", "Property")]
    [InlineData(1, 4000)]
    [InlineData(5000, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public void RenderGrey_OfNarrowPicture_ShowsTheMapSomewhere(int width, int height)
    {
        RgbImage picture = new(width, height);
        var window = CropWindow.Centre(width, height, new(224, 256, [0, 0, 0], [1, 1, 1]));

        byte[] grey = Overlay.RenderGrey(picture, window, [1], 1, 1);

        Assert.Equal(width * height, grey.Length);
        Assert.Contains((byte)255, grey);
    }

    [Fact]
    [Trait("Kind", "Replica")]
    public void RenderGrey_OfMapLargerThanThePicture_FollowsTheFormulaPixelByPixel()
    {
        const int Height = 28, Width = 28;
        float[] map = [.. Enumerable.Range(0, Height * Width).Select(i => (float)(i * 37 % 101) / 100)];
        RgbImage picture = new(91, 64);
        var window = CropWindow.Centre(91, 64, new(224, 256, [0, 0, 0], [1, 1, 1]));
        var seen = window.InPicture(91, 64);

        byte[] grey = Overlay.RenderGrey(picture, window, map, Height, Width);

        for (int y = 0; y < 64; y++)
            for (int x = 0; x < 91; x++)
            {
                double u = ((x + 0.5 - seen.Left) / seen.Width * Width) - 0.5, v = ((y + 0.5 - seen.Top) / seen.Height * Height) - 0.5;
                bool isInside = x + 0.5 >= seen.Left && x + 0.5 < seen.Left + seen.Width && y + 0.5 >= seen.Top && y + 0.5 < seen.Top + seen.Height;
                Assert.True(Math.Abs((isInside ? 255 * Value(u, v) : 0) - grey[(y * 91) + x]) < 0.51, $"({x}, {y})");
            }

        double Value(double u, double v)
        {
            (u, v) = (Math.Clamp(u, 0, Width - 1), Math.Clamp(v, 0, Height - 1));
            int left = (int)u, top = (int)v, right = Math.Min(left + 1, Width - 1), bottom = Math.Min(top + 1, Height - 1);
            double above = map[(top * Width) + left] + ((map[(top * Width) + right] - map[(top * Width) + left]) * (u - left));
            double below = map[(bottom * Width) + left] + ((map[(bottom * Width) + right] - map[(bottom * Width) + left]) * (u - left));
            return above + ((below - above) * (v - top));
        }
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Render_OfMapWithNaN_IsRefused()
        => Assert.Throws<ArgumentException>(() => Overlay.Render(new(2, 2), new(2, 2, 0, 0, 2), [0, float.NaN], 1, 2, OverlayOptions.Default));

    [Fact]
    [Trait("Kind", "Unit")]
    public void Render_OfMapOfAnotherLength_IsRefused()
        => Assert.Throws<ArgumentException>(() => Overlay.Render(new(2, 2), new(2, 2, 0, 0, 2), [0, 1, 0], 2, 2, OverlayOptions.Default));

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Opacity_OutsideZeroToOne_IsRefused(double opacity)
        => Assert.Equal(nameof(OverlayOptions.Opacity), Assert.Throws<ArgumentOutOfRangeException>(() => new OverlayOptions(ColourMap.Cividis, opacity)).ParamName);
}
