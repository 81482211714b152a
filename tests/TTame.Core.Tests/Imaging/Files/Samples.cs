using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Testing;

namespace TTame.Core.Tests.Imaging.Files;

/// <summary>Files of all five formats, and what becomes of them.</summary>
internal static class Samples
{
    /// <summary>Files that are read, by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Read { get; } = Make();

    /// <summary>A file of tests/oracles/images.</summary>
    public static byte[] Oracle(string name) => File.ReadAllBytes(Path.Combine(Ground.Repository, "tests", "oracles", "images", name));

    public static DecodedImage Decode(byte[] file) => ImageDecoder.Decode(file, ImageLimits.Default);

    /// <summary>The code with which a file is refused; null where it is read.</summary>
    public static string? Refusal(byte[] file, ImageLimits? limits = null)
    {
        try
        {
            _ = ImageDecoder.Decode(file, limits ?? ImageLimits.Default);
            return null;
        }
        catch (ImageContentException refused)
        {
            Assert.NotEmpty(refused.Reason);
            return refused.Code;
        }
    }

    private static Dictionary<string, byte[]> Make()
    {
        byte[] levels = [.. Enumerable.Range(0, 35 * 21).Select(i => (byte)(i * 37))];
        byte[][] rows = [.. levels.Chunk(35)];
        Dictionary<string, byte[]> files = new()
        {
            ["made.jpg"] = JpegFile.Make(4, 3, [[.. levels.Take(12)], [.. levels.Skip(12).Take(12)], [.. levels.Skip(24).Take(12)]]),
            ["grey.jpg"] = JpegFile.Make(4, 3, [[.. levels.Take(12)]]),
            ["made.png"] = PngFile.Make(35, 21, 8, 0, rows),
            ["made.gif"] = GifFile.Make(35, 21, levels),
            ["made.webp"] = WebpFile.Make(WebpFile.Chunk("VP8L", WebpFile.Lossless(35, 21, (x, y) => (x * y & 1) != 0))),
            ["made.tif"] = new TiffFile(35, 21, 1, 8, 1).Set(278, 7).Make([.. levels.Chunk(35 * 7)]),
            ["big-endian.tif"] = new TiffFile(35, 21, 1, 8, 1) { IsLittle = false }.Make(levels),
        };
        foreach (string name in (ReadOnlySpan<string>)["lossy.webp", "lossy-alpha.webp", "lossless.webp", "lossless-alpha.webp", "animated.webp", "lzw.tif", "packbits.tif", "deflate.tif", "progressive.jpg", "baseline.jpg", "palette.gif", "interlaced.gif"])
            files[name] = Oracle(name);
        return files;
    }
}
