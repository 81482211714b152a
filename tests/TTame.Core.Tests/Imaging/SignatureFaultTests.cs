using TTame.Core.Imaging;
using TTame.Core.Tests.Imaging.Files;

namespace TTame.Core.Tests.Imaging;

[Trait("Kind", "Unit")]
public sealed class SignatureFaultTests
{
    public static TheoryData<string, byte[]> Known => new()
    {
        { "BMP", [.. "BM"u8, 0x3A, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0] },
        { "HEIC", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8] },
        { "AVIF", [0, 0, 0, 24, .. "ftypavif"u8, 0, 0, 0, 0, .. "mif1avif"u8] },
        { "JPEG XL, bare", [0xFF, 0x0A, 0xFA, 0x1F, 0x01, 0x90] },
        { "JPEG XL, boxed", [0, 0, 0, 12, .. "JXL "u8, 13, 10, 0x87, 10] },
        { "JPEG 2000", [0, 0, 0, 12, .. "jP  "u8, 13, 10, 0x87, 10] },
        { "ICO", [0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0] },
        { "PSD", [.. "8BPS"u8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3] },
        { "SVG", [.. "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"u8] },
        { "SVG behind a declaration", [0xEF, 0xBB, 0xBF, .. "<?xml version='1.0'?>\n<!-- a drawing -->\n<svg/>"u8] },
        { "PDF", [.. "%PDF-1.7\n%"u8, 0xE2, 0xE3, 0xCF, 0xD3] },
        { "ZIP", [.. "PK"u8, 3, 4, 20, 0, 0, 0, 8, 0] },
    };

    public static TheoryData<string, byte[]> Unknown => new()
    {
        { "nothing", [] },
        { "one byte", [0xFF] },
        { "a JPEG's first two bytes", [0xFF, 0xD8] },
        { "text", [.. "This is a text that somebody named photo.jpg."u8] },
        { "text that begins like a bitmap", [.. "BM is short for Bench Mark, a term of surveyors."u8] },
        { "random", [.. Enumerable.Range(1, 4096).Select(i => (byte)((i * 2654435761L) >> 13))] },
        { "zeros", new byte[1000] },
        { "a WAV, RIFF too", [.. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8] },
        { "HTML", [.. "<!DOCTYPE html><html><body>404</body></html>"u8] },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void Fault16_KnownButUnreadFormat_IsUnsupported(string format, byte[] file)
        => Assert.True(Samples.Refusal(file) == ImageCodes.UnsupportedFormat, format);

    [Theory]
    [MemberData(nameof(Unknown))]
    public void Fault16_AnythingElse_IsNotAnImage(string what, byte[] file)
        => Assert.True(Samples.Refusal(file) == ImageCodes.NotAnImage, what);

    [Fact]
    public void Fault20_FileAboveTheLimit_IsTooLargeBeforeItIsLookedAt()
        => Assert.Equal(ImageCodes.TooLarge, Samples.Refusal(new byte[1001], new ImageLimits { MaxBytes = 1000 }));

    [Theory]
    [InlineData("made.jpg")]
    [InlineData("made.png")]
    [InlineData("made.gif")]
    [InlineData("made.webp")]
    [InlineData("made.tif")]
    public void Fault26_PictureWithArchiveBehind_IsReadAsThePicture(string name)
    {
        byte[] picture = Samples.Read[name];
        byte[] archive = [.. "PK"u8, 3, 4, .. new byte[500], .. "<script>alert(1)</script>%PDF-1.7"u8, 0xFF, 0xD8, 0xFF];

        Assert.Equal(Samples.Decode(picture).Image.Pixels, Samples.Decode([.. picture, .. archive]).Image.Pixels);
    }

    [Fact]
    public void Fault26_ArchiveWithPictureInside_IsTheArchive()
        => Assert.Equal(ImageCodes.UnsupportedFormat, Samples.Refusal([.. "PK"u8, 3, 4, .. new byte[26], .. Samples.Read["made.png"]]));

    [Fact]
    public void Fault17_MotionPhotoWithFilmBehindTheJpeg_IsReadAsTheJpeg()
    {
        byte[] jpeg = Samples.Read["progressive.jpg"];
        byte[] film = [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[3000]];
        byte[] second = Samples.Read["baseline.jpg"];

        Assert.Equal(Samples.Decode(jpeg).Image.Pixels, Samples.Decode([.. jpeg, .. film]).Image.Pixels);
        Assert.Equal(Samples.Decode(jpeg).Image.Pixels, Samples.Decode([.. jpeg, .. second[..^40]]).Image.Pixels);
    }
}
