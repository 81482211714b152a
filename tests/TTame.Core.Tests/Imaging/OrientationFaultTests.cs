using TTame.Core.Imaging;
using TTame.Core.Tests.Imaging.Files;

namespace TTame.Core.Tests.Imaging;

[Trait("Kind", "Unit")]
public sealed class OrientationFaultTests
{
    private const int Block = 8, Across = 3, Down = 2;

    // Blocks of a figure that no turn or mirroring leaves as it is.
    private static readonly bool[,] s_light = { { true, false, false }, { true, true, false } };

    public static TheoryData<string, int> Turns
    {
        get
        {
            TheoryData<string, int> turns = [];
            foreach (string format in (ReadOnlySpan<string>)["JPEG", "JPEG, Motorola", "PNG", "WebP", "TIFF", "TIFF, Motorola"])
                for (int orientation = 1; orientation <= 8; orientation++)
                    turns.Add(format, orientation);
            return turns;
        }
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public void Fault21_Orientation_IsAppliedAndRecorded(string format, int orientation)
    {
        var decoded = Samples.Decode(File(format, orientation));

        Assert.Equal(orientation, decoded.Facts.Orientation);
        Assert.Equal((Across * Block, Down * Block), (decoded.Facts.EncodedWidth, decoded.Facts.EncodedHeight));
        AssertTurned(decoded.Image, orientation);
    }

    [Theory]
    [InlineData("JPEG", 0)]
    [InlineData("JPEG", 9)]
    [InlineData("PNG", 65535)]
    [InlineData("WebP", 0)]
    [InlineData("TIFF", 9)]
    public void Fault21_ValueOutsideOneToEight_IsIgnored(string format, int orientation)
    {
        var decoded = Samples.Decode(File(format, orientation));

        Assert.Equal(1, decoded.Facts.Orientation);
        AssertTurned(decoded.Image, 1);
    }

    [Fact]
    public void Fault21_OrientationInXmpOrSecondDirectory_IsIgnored()
    {
        byte[] xmp = JpegFile.Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0<rdf:Description tiff:Orientation='6'/>"u8]);
        byte[] second = JpegFile.Exif(ExifBlock.Make(1, second: 6));

        AssertTurned(Samples.Decode(Jpeg([.. xmp, .. second])).Image, 1);
    }

    [Fact]
    public void Fault21_OrientationAsLongOrInDamagedBlock_IsReadWhereItCanBe()
    {
        AssertTurned(Samples.Decode(Jpeg(JpegFile.Exif(ExifBlock.Make(6, type: 4)))).Image, 6);
        AssertTurned(Samples.Decode(Jpeg(JpegFile.Exif(ExifBlock.Make(6)[..22]))).Image, 6);
        AssertTurned(Samples.Decode(Jpeg(JpegFile.Exif(ExifBlock.Make(6)[..15]))).Image, 1);
        AssertTurned(Samples.Decode(Jpeg(JpegFile.Exif([.. "II*\0"u8, 0xFF, 0xFF, 0xFF, 0xFF]))).Image, 1);
    }

    private static byte[] File(string format, int orientation)
    {
        byte[] grey = [.. from y in Enumerable.Range(0, Down * Block) from x in Enumerable.Range(0, Across * Block) select (byte)(IsLight(x, y) ? 255 : 0)];
        return format switch
        {
            "JPEG" => Jpeg(JpegFile.Exif(ExifBlock.Make(orientation))),
            "JPEG, Motorola" => Jpeg(JpegFile.Exif(ExifBlock.Make(orientation, isLittle: false))),
            "PNG" => PngFile.Make(Across * Block, Down * Block, 8, 0, [.. grey.Chunk(Across * Block)], PngFile.Chunk("eXIf", ExifBlock.Make(orientation, isLittle: false))),
            "WebP" => WebpFile.Make(
                WebpFile.Extended(8, Across * Block, Down * Block),
                WebpFile.Chunk("VP8L", WebpFile.Lossless(Across * Block, Down * Block, IsLight)),
                WebpFile.Chunk("EXIF", ExifBlock.Make(orientation))),
            _ => new TiffFile(Across * Block, Down * Block, 1, 8, 1) { IsLittle = format == "TIFF" }.Set(274, (uint)orientation).Make(grey),
        };
    }

    private static byte[] Jpeg(byte[] before)
        => JpegFile.Make(Across, Down, [[.. from y in Enumerable.Range(0, Down) from x in Enumerable.Range(0, Across) select (byte)(s_light[y, x] ? 255 : 0)]], before);

    private static bool IsLight(int x, int y) => s_light[y / Block, x / Block];

    /// <summary>Every stored pixel is where the tag's definition puts it; green is compared, which all formats carry.</summary>
    private static void AssertTurned(RgbImage upright, int orientation)
    {
        const int W = Across * Block, H = Down * Block;
        Assert.Equal(orientation >= 5 ? (H, W) : (W, H), (upright.Width, upright.Height));
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
            {
                var (u, v) = orientation switch
                {
                    1 => (x, y),
                    2 => (W - 1 - x, y),
                    3 => (W - 1 - x, H - 1 - y),
                    4 => (x, H - 1 - y),
                    5 => (y, x),
                    6 => (H - 1 - y, x),
                    7 => (H - 1 - y, W - 1 - x),
                    _ => (y, W - 1 - x),
                };
                Assert.Equal(IsLight(x, y) ? 255 : 0, upright.Pixels[(((v * upright.Width) + u) * 3) + 1]);
            }
    }
}
