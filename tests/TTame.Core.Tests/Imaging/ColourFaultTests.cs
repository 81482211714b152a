using TTame.Core.Imaging;
using TTame.Core.Tests.Imaging.Files;
using TTame.Testing;

namespace TTame.Core.Tests.Imaging;

[Trait("Kind", "Unit")]
public sealed class ColourFaultTests
{
    [Fact]
    public void Fault22_CmykWithAdobeMarker_IsLightTimesPaper()
    {
        byte[][] stored = [[10, 255, 200], [100, 255, 3], [250, 0, 90], [255, 128, 201]];        // inverted, as Adobe has them

        var pixels = Samples.Decode(JpegFile.Make(3, 1, stored, JpegFile.Adobe(0))).Image.Pixels;

        for (int block = 0; block < 3; block++)
            for (int c = 0; c < 3; c++)
                Assert.Equal((int)Math.Round(stored[c][block] * stored[3][block] / 255.0), pixels[(block * 8 * 3) + c]);
    }

    [Fact]
    public void Fault22_YcckWithAdobeMarker_IsTurnedToCmykFirst()
    {
        // Grey in YCbCr: all three inks are alike, 255 − Y of what is stored.
        byte[][] stored = [[40, 200], [128, 128], [128, 128], [255, 100]];

        var pixels = Samples.Decode(JpegFile.Make(2, 1, stored, JpegFile.Adobe(2))).Image.Pixels;

        for (int block = 0; block < 2; block++)
            for (int c = 0; c < 3; c++)
                Assert.InRange(pixels[(block * 8 * 3) + c] - Math.Round((255 - stored[0][block]) * stored[3][block] / 255.0), -1, 1);
    }

    [Fact]
    public void Fault22_CmykWithoutAdobeMarker_IsUnsupportedColour()
        => Assert.Equal(ImageCodes.UnsupportedColour, Samples.Refusal(JpegFile.Make(1, 1, [[1], [2], [3], [4]])));

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Fault22_JpegOfTwoOrFiveComponents_IsUnsupportedColour(int components)
        => Assert.Equal(ImageCodes.UnsupportedColour, Samples.Refusal(JpegFile.Make(1, 1, [.. Enumerable.Repeat(new byte[] { 1 }, components)])));

    [Fact]
    public void Fault22_GreyJpeg_HasThreeEqualChannels()
    {
        var image = Samples.Decode(File.ReadAllBytes(Path.Combine(Ground.Golden, "images", "camera_gray.jpg"))).Image;

        Assert.All(image.Pixels.Chunk(3), p => Assert.True(p[0] == p[1] && p[1] == p[2]));
    }

    [Fact]
    public void Fault22_JpegStoredAsRgb_IsNotConverted()
        => Assert.Equal([200, 30, 90], Samples.Decode(JpegFile.Make(1, 1, [[200], [30], [90]], JpegFile.Adobe(0))).Image.Pixels[..3]);

    [Theory]
    [InlineData(0x0000, 0)]
    [InlineData(0x0080, 0)]
    [InlineData(0x0081, 1)]
    [InlineData(0x8000, 128)]
    [InlineData(0xFF7E, 254)]
    [InlineData(0xFF80, 255)]
    [InlineData(0xFFFF, 255)]
    public void Fault22_SixteenBitPng_IsDividedBy257AndRounded(int value, byte expected)
    {
        byte[] sample = [(byte)(value >> 8), (byte)value];

        Assert.Equal([expected, expected, expected], Samples.Decode(PngFile.Make(1, 1, 16, 0, [sample])).Image.Pixels);
        Assert.Equal([expected, expected, expected], Samples.Decode(PngFile.Make(1, 1, 16, 2, [[.. sample, .. sample, .. sample]])).Image.Pixels);
    }

    [Fact]
    public void Fault22_PaletteWithAlpha_IsLookedUpAndLaidOverWhite()
    {
        byte[] file = PngFile.Make(4, 1, 2, 3, [[0b00_01_10_00]], PngFile.Chunk("PLTE", [10, 20, 30, 40, 50, 60, 70, 80, 90]), PngFile.Chunk("tRNS", [255, 0, 51]));

        Assert.Equal([10, 20, 30, 255, 255, 255, 218, 220, 222, 10, 20, 30], Samples.Decode(file).Image.Pixels);
    }

    [Fact]
    public void Fault22_OneBitAndGreyWithAlpha_AreRead()
    {
        Assert.Equal([255, 255, 255, 0, 0, 0], Samples.Decode(PngFile.Make(2, 1, 1, 0, [[0b1000_0000]])).Image.Pixels);
        Assert.Equal([204, 204, 204], Samples.Decode(PngFile.Make(1, 1, 8, 4, [[0, 51]])).Image.Pixels);
    }

    [Theory]
    [InlineData("lab.tif")]
    [InlineData("float.tif")]
    [InlineData("cmyk.tif")]
    public void Fault22_LabFloatAndCmykTiff_AreUnsupportedColour(string name)
        => Assert.Equal(ImageCodes.UnsupportedColour, Samples.Refusal(Samples.Oracle(name)));

    [Fact]
    public void Fault22_SignedAndFiveChannelTiff_AreUnsupportedColour()
    {
        Assert.Equal(ImageCodes.UnsupportedColour, Samples.Refusal(new TiffFile(1, 1, 1, 8, 1).Set(339, 2).Make([1])));
        Assert.Equal(ImageCodes.UnsupportedColour, Samples.Refusal(new TiffFile(1, 1, 5, 8, 2).Make([1, 2, 3, 4, 5])));
    }

    [Theory]
    [InlineData("lzw.tif")]
    [InlineData("packbits.tif")]
    [InlineData("deflate.tif")]
    [InlineData("lossless.webp")]
    public void Fault22_LosslessFileOfAKnownPicture_GivesItsPixels(string name)
    {
        var image = Samples.Decode(Samples.Oracle(name)).Image;

        for (int y = 0; y < 24; y++)
            for (int x = 0; x < 32; x++)
                Assert.Equal([(byte)(8 * x), (byte)(10 * y), (byte)(x * y)], image.Pixels[(((y * 32) + x) * 3)..(((y * 32) + x + 1) * 3)]);
    }

    [Theory]
    [InlineData(0, new byte[] { 0b1010_0000 }, 1, new byte[] { 0, 255, 0, 255 })]       // white is zero
    [InlineData(1, new byte[] { 0b1010_0000 }, 1, new byte[] { 255, 0, 255, 0 })]
    [InlineData(1, new byte[] { 0x0F, 0x8C }, 4, new byte[] { 0, 255, 136, 204 })]
    [InlineData(1, new byte[] { 0, 0, 0xFF, 0xFF, 0x81, 0, 0, 0x80 }, 16, new byte[] { 0, 255, 1, 128 })]
    public void Fault22_GreyTiffOfAnyDepth_IsSpreadToEightBits(int photometric, byte[] row, int bits, byte[] expected)
    {
        var image = Samples.Decode(new TiffFile(4, 1, 1, bits, photometric).Make(row)).Image;

        Assert.Equal(expected.SelectMany(e => new[] { e, e, e }), image.Pixels);
    }

    [Fact]
    public void Fault22_ColourProfile_IsRecordedAndNotApplied()
    {
        byte[] profile = JpegFile.Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. new byte[200]]);
        var decoded = Samples.Decode(JpegFile.Make(1, 1, [[200], [30], [90]], [.. profile, .. JpegFile.Adobe(0)]));

        Assert.True(decoded.Facts.HasColourProfile);
        Assert.Equal([200, 30, 90], decoded.Image.Pixels[..3]);
    }

    [Theory]
    [InlineData(0, 255)]
    [InlineData(51, 204)]       // (0 · 51 + 255 · 204) / 255
    [InlineData(128, 127)]
    [InlineData(255, 0)]
    public void Fault23_BlackPixelOfAnyOpacity_IsLaidOverWhite(byte alpha, byte expected)
    {
        byte[] png = PngFile.Make(1, 1, 8, 6, [[0, 0, 0, alpha]]);
        byte[] webp = WebpFile.Make(WebpFile.Chunk("VP8L", WebpFile.Lossless(1, 1, (_, _) => false, alpha: alpha)));
        byte[] straight = new TiffFile(1, 1, 4, 8, 2).Set(338, 2).Make([0, 0, 0, alpha]);
        byte[] premultiplied = new TiffFile(1, 1, 4, 8, 2).Set(338, 1).Make([0, 0, 0, alpha]);

        foreach (byte[] file in (IEnumerable<byte[]>)[png, webp, straight, premultiplied])
        {
            var decoded = Samples.Decode(file);
            Assert.Equal([expected, expected, expected], decoded.Image.Pixels);
            Assert.True(decoded.Facts.HadAlpha);
        }
    }

    [Fact]
    public void Fault23_TransparentGifAndFrameSmallerThanItsScreen_AreLaidOverWhite()
    {
        byte[] file = [.. GifFile.Screen(4, 1), .. GifFile.Transparent(7), .. GifFile.Frame(1, 0, 2, 1, [7, 100]), GifFile.Trailer];

        Assert.Equal([255, 255, 255, 255, 255, 255, 100, 100, 100, 255, 255, 255], Samples.Decode(file).Image.Pixels);
    }

    [Fact]
    public void Fault23_ExtraTiffSampleThatIsNoOpacity_IsIgnored()
    {
        var decoded = Samples.Decode(new TiffFile(1, 1, 4, 8, 2).Set(338, 0).Make([10, 20, 30, 0]));

        Assert.Equal([10, 20, 30], decoded.Image.Pixels);
        Assert.False(decoded.Facts.HadAlpha);
    }

    [Fact]
    public void Fault25_TwelveBitLosslessArithmeticAndHierarchicalJpeg_AreUnsupportedFormats()
    {
        byte[][] levels = [[1]];

        Assert.Equal(ImageCodes.UnsupportedFormat, Samples.Refusal(JpegFile.Make(1, 1, levels, frame: 0xC1, precision: 12)));
        foreach (byte frame in (ReadOnlySpan<byte>)[0xC3, 0xC5, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCF])
            Assert.Equal(ImageCodes.UnsupportedFormat, Samples.Refusal(JpegFile.Make(1, 1, levels, frame: frame)));
    }

    [Theory]
    [InlineData("jpeg-in-tiff.tif")]
    [InlineData("fax.tif")]
    public void Fault25_JpegOrFaxInTiff_IsAnUnsupportedFormat(string name)
        => Assert.Equal(ImageCodes.UnsupportedFormat, Samples.Refusal(Samples.Oracle(name)));

    [Fact]
    public void Fault25_ProgressiveJpeg_GivesNearlyTheBaselinesPixels()
    {
        var progressive = Samples.Decode(Samples.Read["progressive.jpg"]).Image.Pixels;
        var baseline = Samples.Decode(Samples.Read["baseline.jpg"]).Image.Pixels;

        Assert.Equal(baseline, progressive);
    }

    [Fact]
    public void Fault27_MetadataOfTenMegabytes_ReachesNoOutput()
    {
        byte[] marker = [.. "<script>secret GPS</script>"u8];
        byte[] exif = [.. Enumerable.Repeat(JpegFile.Segment(0xE1, [.. "Exif\0\0"u8, .. ExifBlock.Make(1), .. marker, .. new byte[65000 - marker.Length]]), 160).SelectMany(s => s)];
        var decoded = Samples.Decode(JpegFile.Make(1, 1, [[9]], exif));

        using MemoryStream png = new(), jpeg = new();
        ImageWriter.WritePng(decoded.Image, png);
        ImageWriter.WriteJpeg(decoded.Image, jpeg, 90);

        Assert.True(png.Length < 1000 && png.ToArray().AsSpan().IndexOf(marker) < 0);
        Assert.True(jpeg.Length < 1000 && jpeg.ToArray().AsSpan().IndexOf(marker) < 0);
        Assert.True(jpeg.ToArray().AsSpan().IndexOf("Exif"u8) < 0);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4000)]
    [InlineData(5000, 1)]
    [InlineData(100, 80)]
    public void Fault24_PictureOfAnySides_GivesAnInputAndAMapAtItsOwnSize(int width, int height)
    {
        RgbImage picture = new(width, height);
        Array.Fill(picture.Pixels, (byte)77);
        var decoded = Samples.Decode(Pictures.Png(picture)).Image;

        var input = Preprocessing.Prepare(decoded, InputSpec.ImageNet);
        var overlay = Overlay.Render(decoded, input.Window, [0, 1, 0, 1], 2, 2, OverlayOptions.Default);

        Assert.Equal((224, 224), (input.Crop.Width, input.Crop.Height));
        Assert.All(input.Crop.Pixels, p => Assert.Equal(77, p));
        Assert.Equal((width, height), (overlay.Width, overlay.Height));
    }
}
