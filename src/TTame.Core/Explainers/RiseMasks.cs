using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Explainers;

/// <summary>RISE's random masks: small random grids, enlarged smoothly and cut out at a random shift.</summary>
/// <remarks>
/// s × s cells, each open with probability p; enlarged to (s + 1)·⌈H/s⌉ by linear interpolation at (i + ½)·s/size − ½ with mirrored borders (index −1 is 1, s is s − 2);
/// H × W is cut out at a shift below ⌈H/s⌉. All grids are drawn first, in C order, then a row and a column shift per mask.
/// </remarks>
/// <source>RISE</source>
public sealed class RiseMasks : IDisposable
{
    private readonly Tensor grids;                                 // (N, s, s) of 0 and 1
    private readonly Tensor rows, columns;                         // (size, s): how much of each cell an enlarged row or column takes
    private readonly (int Row, int Column)[] shifts;
    private readonly int height, width;

    /// <summary>Draws <paramref name="count"/> masks.</summary>
    /// <param name="count">N.</param>
    /// <param name="cells">s.</param>
    /// <param name="open">p, in (0, 1).</param>
    /// <param name="height">H of the images.</param>
    /// <param name="width">W of the images.</param>
    /// <param name="seed">Seed of the stream.</param>
    /// <param name="device">Where the masks are made.</param>
    public RiseMasks(int count, int cells, float open, int height, int width, ulong seed, Device device)
    {
        using var scope = NewDisposeScope();
        (this.height, this.width) = (height, width);
        var stream = new SplitMix64(seed);
        var bits = new float[count * cells * cells];
        for (int i = 0; i < bits.Length; i++) bits[i] = stream.Unit() < open ? 1f : 0f;
        int cellHeight = (height + cells - 1) / cells, cellWidth = (width + cells - 1) / cells;
        shifts = new (int, int)[count];
        for (int i = 0; i < count; i++)
        {
            int row = (int)stream.Below((uint)cellHeight);         // the row's shift is drawn first
            shifts[i] = (row, (int)stream.Below((uint)cellWidth));
        }
        grids = tensor(bits, [count, cells, cells]).to(device).MoveToOuterDisposeScope();
        rows = tensor(Enlargement((cells + 1) * cellHeight, cells), [(cells + 1) * cellHeight, cells]).to(device).MoveToOuterDisposeScope();
        columns = tensor(Enlargement((cells + 1) * cellWidth, cells), [(cells + 1) * cellWidth, cells]).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>N.</summary>
    public int Count => shifts.Length;

    /// <summary>Some of the masks.</summary>
    /// <returns>(<paramref name="count"/>, 1, H, W) float32 in [0, 1]. Disposed by the caller.</returns>
    public Tensor Take(int from, int count)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        Tensor some = grids.narrow(0, from, count);
        Tensor large = einsum("ai,nij,bj->nab", rows, some, columns);
        List<Tensor> cut = [];
        for (int i = 0; i < count; i++)
            cut.Add(large.select(0, i).narrow(0, shifts[from + i].Row, height).narrow(1, shifts[from + i].Column, width));
        return stack(cut).unsqueeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>Disposes the grids.</summary>
    public void Dispose()
    {
        grids.Dispose();
        rows.Dispose();
        columns.Dispose();
    }

    private static float[] Enlargement(int size, int cells)
    {
        var weights = new float[size * cells];
        for (int i = 0; i < size; i++)
        {
            double at = (i + 0.5) * cells / size - 0.5;
            int left = (int)Math.Floor(at);
            float right = (float)(at - left);
            weights[i * cells + Mirrored(left, cells)] += 1f - right;
            weights[i * cells + Mirrored(left + 1, cells)] += right;
        }
        return weights;
    }

    private static int Mirrored(int index, int cells) => index < 0 ? Math.Min(-index, cells - 1) : index < cells ? index : Math.Max(2 * cells - 2 - index, 0);
}
