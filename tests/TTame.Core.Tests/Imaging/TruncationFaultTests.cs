using TTame.Core.Imaging;
using TTame.Core.Tests.Imaging.Files;
using TTame.Testing;

namespace TTame.Core.Tests.Imaging;

public sealed class TruncationFaultTests
{
    private const int Signature = 12;

    public static TheoryData<string> Names => [.. Samples.Read.Keys];

    [Theory]
    [Trait("Kind", "Property")]
    [MemberData(nameof(Names))]
    public void Fault17_EveryProperBeginning_IsTruncated(string name)
    {
        byte[] file = Samples.Read[name];
        // A GIF's first picture ends before the file's trailer, and the last byte of this animation only makes its length even.
        int end = name.EndsWith(".gif", StringComparison.Ordinal) || name == "animated.webp" ? file.Length - 1 : file.Length;
        for (int length = Signature; length < end; length += length < 300 || length > end - 40 ? 1 : 7)
            Assert.True(Samples.Refusal(file[..length]) == ImageCodes.Truncated, $"{length} of {file.Length} bytes: {Samples.Refusal(file[..length])}");
    }

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData("chelsea.jpg")]
    [InlineData("coffee.jpg")]
    [InlineData("camera_gray.jpg")]
    [InlineData("cmyk32.jpg")]
    public void Fault17_HalfAJpegWithItsEnd_IsTruncated(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Ground.Golden, "images", name));

        foreach (int share in (ReadOnlySpan<int>)[30, 50, 75, 90, 97])
            Assert.Equal(ImageCodes.Truncated, Samples.Refusal([.. file[..(file.Length * share / 100)].AsSpan().TrimEnd((byte)0xFF), .. JpegFile.End]));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Fault17_JpegWithScansMissing_IsTruncated()
    {
        byte[] file = Samples.Read["progressive.jpg"];
        List<int> scans = [.. Enumerable.Range(0, file.Length - 1).Where(i => file[i] == 0xFF && file[i + 1] == 0xDA)];

        foreach (int scan in scans.Skip(1)) Assert.Equal(ImageCodes.Truncated, Samples.Refusal([.. file[..scan], .. JpegFile.End]));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Fault17_PngOfHalfItsRows_IsTruncated()
    {
        byte[][] rows = [.. Enumerable.Range(0, 10).Select(_ => new byte[30])];

        Assert.Equal(ImageCodes.Truncated, Samples.Refusal(PngFile.Make(10, 20, 8, 2, rows)));
        Assert.Null(Samples.Refusal(PngFile.Make(10, 10, 8, 2, rows)));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Fault17_GifOfHalfItsPixels_IsTruncated()
        => Assert.Equal(ImageCodes.Truncated, Samples.Refusal([.. GifFile.Screen(10, 20), .. GifFile.Frame(0, 0, 10, 20, new byte[100]), GifFile.Trailer]));

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData("deflate.tif")]
    [InlineData("packbits.tif")]
    [InlineData("lzw.tif")]
    public void Fault17_TiffWhoseStripIsCutByItsDirectory_IsTruncated(string name)
    {
        byte[] file = [.. Samples.Read[name]];
        int entry = file.AsSpan().IndexOf((byte[])[0x17, 0x01, 4, 0]);      // StripByteCounts, LONG
        if (entry < 0) entry = file.AsSpan().IndexOf((byte[])[0x17, 0x01, 3, 0]);
        int length = BitConverter.ToUInt16(file, entry + 8);
        BitConverter.GetBytes((ushort)(length / 2)).CopyTo(file, entry + 8);

        Assert.Equal(ImageCodes.Truncated, Samples.Refusal(file));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Fault17_TiffOfHalfItsStrips_IsTruncated()
        => Assert.Equal(ImageCodes.Truncated, Samples.Refusal(new TiffFile(10, 20, 1, 8, 1).Set(278, 10).Make(new byte[100])));

    [Theory]
    [Trait("Kind", "Unit")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("made.webp")]
    public void Fault17_WebpWhoseLengthsFitHalfItsPicture_IsTruncated(string name)
    {
        byte[] file = Samples.Read[name];
        string chunk = System.Text.Encoding.ASCII.GetString(file, 12, 4);
        byte[] half = file[20..(20 + ((file.Length - 20) / 2))];

        Assert.Equal(ImageCodes.Truncated, Samples.Refusal(WebpFile.Make(WebpFile.Chunk(chunk, half))));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Fault17_PngWithWrongCheckSum_IsCorrupt()
    {
        byte[] file = [.. Samples.Read["made.png"]];
        file[^20] ^= 1;

        Assert.Equal(ImageCodes.Corrupt, Samples.Refusal(file));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Fault17_PngWithBrokenZlib_IsCorrupt()
    {
        byte[] data = PngFile.Deflate(PngFile.Rows([new byte[30], new byte[30]]));
        data[1] ^= 0x40;

        Assert.Equal(ImageCodes.Corrupt, Samples.Refusal([.. PngFile.Signature, .. PngFile.Header(10, 2), .. PngFile.Chunk("IDAT", data), .. PngFile.Chunk("IEND", [])]));
    }

    [Fact]
    [Trait("Kind", "Unit")]
    public void Fault17_JpegWithPatternThatNoCodeHas_IsCorrupt()
    {
        byte[] head = JpegFile.Head(64, 64, 1);

        Assert.Equal(ImageCodes.Corrupt, Samples.Refusal([0xFF, 0xD8, .. head, .. Enumerable.Repeat((byte)0xEE, 200), .. JpegFile.End]));
    }
}
