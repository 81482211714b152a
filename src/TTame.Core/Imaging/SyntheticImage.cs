using TTame.Core.Primitives;

namespace TTame.Core.Imaging;

/// <summary>Pictures made from a name by whole-number arithmetic alone: waves, six shapes, noise. The same everywhere, so vectors and checks need no files.</summary>
/// <source>SPEC:§4</source>
public static class SyntheticImage
{
    private const int Waves = 3, Shapes = 6;

    /// <summary>Makes a picture.</summary>
    /// <param name="name">For example <c>vis/a</c>; the size enters the draws too.</param>
    /// <param name="width">Columns, at least 3.</param>
    /// <param name="height">Rows, at least 3.</param>
    public static RgbImage Make(string name, int width, int height)
    {
        SplitMix64 random = new(RandomStream.Fnv1a64($"image/{name}"));
        int[] bases = [Draw(ref random, 256), Draw(ref random, 256), Draw(ref random, 256)];
        var waves = new (int X, int Y, int Phase)[RgbImage.Channels * Waves];
        for (int i = 0; i < waves.Length; i++) waves[i] = (1 + Draw(ref random, 9), 1 + Draw(ref random, 9), Draw(ref random, 512));
        Figure[] figures = [.. Enumerable.Range(0, Shapes).Select(_ => Figure.Draw(ref random, width, height))];
        ulong noise = random.Draw();
        RgbImage image = new(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < RgbImage.Channels; c++)
                {
                    int at = (y * width + x) * RgbImage.Channels + c, v = 4 * bases[c];
                    for (int j = 0; j < Waves; j++) v += (6 - 2 * j) * Triangle(waves[c * Waves + j], x, y);
                    v /= 16;
                    foreach (Figure figure in figures)
                        if (figure.Covers(x, y)) v = (v + 3 * figure.Colour[c]) / 4;
                    v += (int)(RandomStream.At(noise, (ulong)at + 1) >> 59) - 16;      // the upper 5 of 24 bits
                    image.Pixels[at] = (byte)Math.Clamp(v, 0, 255);
                }
        return image;
    }

    private static int Draw(ref SplitMix64 random, int n) => (int)random.Below((uint)n);

    private static int Triangle((int X, int Y, int Phase) wave, int x, int y)
    {
        int t = (wave.X * x + wave.Y * y + wave.Phase) & 511;
        return t < 256 ? t : 511 - t;
    }

    private sealed record Figure(int Kind, int X, int Y, int Radius, int[] Colour, int Period)
    {
        public static Figure Draw(ref SplitMix64 random, int width, int height)
        {
            int small = Math.Min(width, height), kind = SyntheticImage.Draw(ref random, 3);
            int x = SyntheticImage.Draw(ref random, width), y = SyntheticImage.Draw(ref random, height);
            int radius = small / 12 + SyntheticImage.Draw(ref random, small / 3 + 1);
            int[] colour = [SyntheticImage.Draw(ref random, 256), SyntheticImage.Draw(ref random, 256), SyntheticImage.Draw(ref random, 256)];
            return new(kind, x, y, radius, colour, 2 + SyntheticImage.Draw(ref random, 15));
        }

        public bool Covers(int x, int y)
        {
            int dx = x - X, dy = y - Y;
            return Kind switch
            {
                0 => dx * dx + dy * dy < Radius * Radius,
                1 => Math.Abs(dx) < Radius && Math.Abs(dy) < Radius && (x + y) / Period % 2 == 0,
                _ => Math.Abs(dx) + Math.Abs(dy) < Radius && (x / Period + y / Period) % 2 == 0,
            };
        }
    }
}
