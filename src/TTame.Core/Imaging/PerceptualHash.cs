using System.Numerics;

namespace TTame.Core.Imaging;

/// <summary>What a picture looks like from afar, in 63 bits: two pictures made of the same photograph differ in few of them, two photographs in about half.</summary>
/// <remarks>
/// Grey, 32×32, discrete cosine transform; a bit for each of the 8×8 lowest frequencies but the mean: whether its coefficient is above their median. Size, compression, small
/// crops and changes of brightness leave most signs as they are.
/// </remarks>
/// <param name="Bits">Bit 8·v + u belongs to frequency v down and u across; bit 0, the mean's, is never set.</param>
public readonly record struct PerceptualHash(ulong Bits)
{
    /// <summary>Bits that say something.</summary>
    public const int Length = Low * Low - 1;

    private const int Side = 32, Low = 8;

    private static readonly float[] Cosines = [.. from u in Enumerable.Range(0, Low) from x in Enumerable.Range(0, Side) select MathF.Cos(MathF.PI * (2 * x + 1) * u / (2 * Side))];

    /// <summary>The hash of a picture.</summary>
    /// <param name="picture">Any size.</param>
    public static PerceptualHash Of(RgbImage picture)
    {
        float[] coefficients = Transform(Grey(Preprocessing.Resize(picture, Side, Side)));
        float[] ordered = [.. coefficients.Skip(1).Order()];
        float median = ordered[Length / 2];
        ulong bits = 0;
        for (int i = 1; i < coefficients.Length; i++)
            if (coefficients[i] > median) bits |= 1UL << i;
        return new(bits);
    }

    /// <summary>Number of bits in which two hashes differ, [0, 63].</summary>
    /// <param name="other">The other picture's.</param>
    public int Distance(PerceptualHash other) => BitOperations.PopCount(Bits ^ other.Bits);

    private static float[] Grey(RgbImage picture)
    {
        var grey = new float[Side * Side];
        for (int i = 0; i < grey.Length; i++)
        {
            ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan(RgbImage.Channels * i, RgbImage.Channels);
            grey[i] = 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
        }
        return grey;
    }

    private static float[] Transform(float[] grey)
    {
        var across = new float[Side * Low];
        for (int y = 0; y < Side; y++)
            for (int u = 0; u < Low; u++)
                across[y * Low + u] = Dot(grey, y * Side, 1, u);
        var both = new float[Low * Low];
        for (int v = 0; v < Low; v++)
            for (int u = 0; u < Low; u++)
                both[v * Low + u] = Dot(across, u, Low, v);
        return both;
    }

    private static float Dot(float[] values, int first, int step, int frequency)
    {
        float sum = 0;
        for (int x = 0; x < Side; x++) sum += values[first + x * step] * Cosines[frequency * Side + x];
        return sum;
    }
}
