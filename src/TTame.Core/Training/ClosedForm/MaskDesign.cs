using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Training.ClosedForm;

/// <summary>The random masks under which a photograph is classified again: coarse cells, each kept or blackened, in complementary pairs.</summary>
/// <param name="Count">m, masks per photograph; even.</param>
/// <param name="CoarsestGrid">Cells along a side in the coarsest masks.</param>
/// <param name="FinestGrid">Cells along a side in the finest masks; pairs go through the sizes in turn.</param>
/// <param name="KeptShare">The probability that a cell of a pair's first mask is kept; the second keeps what the first does not.</param>
public sealed record MaskDesign(int Count = 8, int CoarsestGrid = 4, int FinestGrid = 7, double KeptShare = 0.5)
{
    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range; the parameter name says which.</exception>
    public void Validate()
    {
        if (Count < 2 || Count % 2 != 0) throw new ArgumentOutOfRangeException(nameof(Count), Count, "Masks come in pairs: an even number, at least 2.");
        ArgumentOutOfRangeException.ThrowIfLessThan(CoarsestGrid, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(FinestGrid, CoarsestGrid);
        if (!(KeptShare > 0 && KeptShare < 1)) throw new ArgumentOutOfRangeException(nameof(KeptShare), KeptShare, "A share between 0 and 1, both excluded.");
    }

    /// <summary>The masks of one photograph: a function of the seed and its place in the list, wherever and whenever they are drawn.</summary>
    /// <param name="seed">The recipe's seed.</param>
    /// <param name="image">Place in the training list.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>(m, 1, H, W) float32: 0 or 1.</returns>
    public Tensor Draw(ulong seed, int image, int height, int width)
    {
        SplitMix64 random = new(RandomStream.Fnv1a64($"masks/{seed}/{image}"));
        var values = new float[(long)Count * height * width];
        for (int pair = 0; pair < Count / 2; pair++)
        {
            int cells = CoarsestGrid + pair % (FinestGrid - CoarsestGrid + 1);
            var kept = new bool[cells * cells];
            for (int i = 0; i < kept.Length; i++) kept[i] = random.Unit() < KeptShare;
            Paint(kept, cells, values.AsSpan(2 * pair * height * width, 2 * height * width), height, width);
        }
        return tensor(values, [Count, 1, height, width]);
    }

    private static void Paint(bool[] kept, int cells, Span<float> pair, int height, int width)
    {
        for (int y = 0, at = 0; y < height; y++)
            for (int x = 0; x < width; x++, at++)
                pair[kept[y * cells / height * cells + x * cells / width] ? at : height * width + at] = 1;
    }
}
