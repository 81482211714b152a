using System.Diagnostics;
using TTame.Core.Imaging;
using TTame.Core.Tests.Imaging;

namespace TTame.Bench;

/// <summary>Pillow's resampling, as the product does it, beside the plain twin that the tests hold it to; and what else happens to a picture on its way in and out.</summary>
internal sealed class Resampler : IBenchmark
{
    private const int Rounds = 15;
    private const int ShorterSide = 256;

    public string Name => "resampler";

    public IEnumerable<Measurement> Run()
    {
        foreach (var (width, height) in ((int, int)[])[(500, 375), (1920, 1080), (4000, 3000)])
        {
            var picture = SyntheticImage.Make("bench", width, height);
            var (wide, high) = (Preprocessing.ResizeShorterSide(picture, ShorterSide).Width, Preprocessing.ResizeShorterSide(picture, ShorterSide).Height);
            double fast = Best(() => Preprocessing.ResizeShorterSide(picture, ShorterSide));
            double plain = Best(() => PillowBilinearReplica.Resize(picture, wide, high), rounds: 2);
            double window = Best(() => Preprocessing.Prepare(picture, InputSpec.ImageNet));
            yield return new($"{width}×{height} resized", fast, "ms");
            yield return new($"{width}×{height} window alone", window, "ms");
            yield return new($"{width}×{height} plain / fast", plain / fast, "×");
        }

        var photograph = SyntheticImage.Make("bench", 1920, 1080);
        var window1080 = CropWindow.Centre(1920, 1080, InputSpec.ImageNet);
        float[] map = [.. Enumerable.Range(0, 56 * 56).Select(i => i % 56 / 55F)];
        byte[] jpeg = Written(stream => ImageWriter.WriteJpeg(photograph, stream, 90)), png = Written(stream => ImageWriter.WritePng(photograph, stream));
        yield return new("1920×1080 overlay", Best(() => Overlay.Render(photograph, window1080, map, 56, 56, OverlayOptions.Default)), "ms");
        yield return new("1920×1080 JPEG decoded", Best(() => ImageDecoder.Decode(jpeg, ImageLimits.Default)), "ms");
        yield return new("1920×1080 PNG decoded", Best(() => ImageDecoder.Decode(png, ImageLimits.Default)), "ms");
        yield return new("1920×1080 PNG written", Best(() => Written(stream => ImageWriter.WritePng(photograph, stream)), rounds: 3), "ms");
    }

    private static byte[] Written(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return stream.ToArray();
    }

    // The best of several rounds: what disturbs a round only makes it slower.
    private static double Best(Action action, int rounds = Rounds)
    {
        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return best;
    }
}
