using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TTame.Core.Metrics.Road;

/// <summary>The imputation's equations of one picture in main memory: fields are arrays of one colour plane, eight pixels at a time.</summary>
/// <remarks>A field has one empty row above and below and eight empty columns left and right, so that no neighbour needs a test.</remarks>
internal sealed class CpuGrid : IStencilGrid<float[]>
{
    private const int Lanes = 8;

    private readonly GridGeometry geometry;
    private readonly int pitch;                                    // numbers from one row to the next
    private readonly float[] neighbours;                           // D
    private readonly float[] removedOverNeighbours;                // 1/D where removed, 0 elsewhere
    private readonly float[] row, otherRow;                        // scratch of one row
    private readonly CpuGrid? below;

    /// <summary>Levels for pictures of <paramref name="geometry"/>'s size, with nothing removed yet.</summary>
    public CpuGrid(GridGeometry geometry)
    {
        this.geometry = geometry;
        pitch = (geometry.Width + Lanes - 1) / Lanes * Lanes + 2 * Lanes;
        (row, otherRow) = (new float[pitch], new float[pitch]);
        (neighbours, removedOverNeighbours) = (NewField(), NewField());
        for (int y = 0; y < Height; y++) geometry.Neighbours.AsSpan(y * Width, Width).CopyTo(Row(neighbours, y));
        below = geometry.Coarser is { } next ? new CpuGrid(next) : null;
    }

    /// <summary>Rows, with padding.</summary>
    public int Height => geometry.Height;

    /// <summary>Columns, with padding.</summary>
    public int Width => geometry.Width;

    /// <inheritdoc/>
    public IStencilGrid<float[]>? Coarser => below;

    /// <inheritdoc/>
    public bool CoarserHasRemoved { get; private set; }

    /// <inheritdoc/>
    public float[] NewField() => new float[(Height + 2) * pitch];

    /// <summary>The pixels of row <paramref name="y"/> of a field.</summary>
    public Span<float> Row(float[] field, int y) => field.AsSpan(Start(y), Width);

    /// <summary>Says which pixels are removed, on this level and all below; a level without any is not gone down to.</summary>
    /// <param name="removed">height × width bytes of the picture proper, row by row; not 0 where removed.</param>
    /// <param name="height">Height of the picture without padding.</param>
    /// <param name="width">Width of the picture without padding.</param>
    public void Remove(ReadOnlySpan<byte> removed, int height, int width)
    {
        for (int y = 0; y < height; y++)
        {
            Span<float> d = Row(neighbours, y), into = Row(removedOverNeighbours, y);
            ReadOnlySpan<byte> from = removed.Slice(y * width, width);
            for (int x = 0; x < width; x++) into[x] = from[x] != 0 && d[x] > 0 ? 1f / d[x] : 0f;
        }
        RemoveBelow();
    }

    private void RemoveBelow()
    {
        CoarserHasRemoved = false;
        if (below is null) return;
        for (int y = 0; y < below.Height; y++)
        {
            Span<float> upper = Row(removedOverNeighbours, 2 * y), lower = Row(removedOverNeighbours, 2 * y + 1);
            Span<float> d = below.Row(below.neighbours, y), into = below.Row(below.removedOverNeighbours, y);
            for (int x = 0; x < into.Length; x++)
            {
                bool all = upper[2 * x] > 0 && upper[2 * x + 1] > 0 && lower[2 * x] > 0 && lower[2 * x + 1] > 0;
                into[x] = all ? 1f / d[x] : 0f;
                CoarserHasRemoved |= all;
            }
        }
        if (CoarserHasRemoved) below.RemoveBelow();
    }

    /// <inheritdoc/>
    public void Sweep(float[] b, float[]? x, float[] into)
    {
        ref float right = ref First(b), weight = ref First(removedOverNeighbours), result = ref First(into);
        if (x is null)
        {
            for (int i = 0; i < into.Length; i += Lanes)
                (Load(ref right, i) * Load(ref weight, i)).StoreUnsafe(ref result, (nuint)i);
            return;
        }
        ref float field = ref First(x);
        for (int y = 0; y < Height; y++)
            for (int i = Start(y), end = i + Width; i < end; i += Lanes)
                ((Load(ref right, i) + Neighbours(ref field, i)) * Load(ref weight, i)).StoreUnsafe(ref result, (nuint)i);
    }

    /// <inheritdoc/>
    public void Residual(float[]? b, float[] x, float[] into)
    {
        ref float weight = ref First(removedOverNeighbours), d = ref First(neighbours), result = ref First(into), field = ref First(x);
        ref float right = ref b is null ? ref Unsafe.NullRef<float>() : ref First(b);
        for (int y = 0; y < Height; y++)
            for (int i = Start(y), end = i + Width; i < end; i += Lanes)
            {
                Vector256<float> sum = Neighbours(ref field, i), removed = Load(ref weight, i);
                if (b is not null) sum += Load(ref right, i);
                Vector256<float> difference = sum - Load(ref d, i) * Load(ref field, i);
                Vector256.ConditionalSelect(Vector256.GreaterThan(removed, Vector256<float>.Zero), difference, Vector256<float>.Zero).StoreUnsafe(ref result, (nuint)i);
            }
    }

    /// <inheritdoc/>
    public void Restrict(float[] fine, float[] coarse)
    {
        CpuGrid below = this.below!;
        ref float source = ref First(fine), result = ref First(coarse), weight = ref First(below.removedOverNeighbours), line = ref First(row);
        var even = Vector256.Create(0, 2, 4, 6, 0, 2, 4, 6);
        var lower = Vector256.Create(-1, -1, -1, -1, 0, 0, 0, 0).AsSingle();
        for (int y = 0; y < below.Height; y++)
        {
            int start = Start(2 * y) - Lanes;                      // from the left margin on, so that the line has margins too
            for (int i = 0; i < pitch; i += Lanes)
                (Load(ref source, start + i - pitch) + 3f * (Load(ref source, start + i) + Load(ref source, start + i + pitch)) + Load(ref source, start + i + 2 * pitch))
                    .StoreUnsafe(ref line, (nuint)i);
            int to = below.Start(y);
            for (int x = 0; x < below.Width; x += Lanes)
            {
                int i = 2 * x + Lanes;
                Vector256<float> first = Vector256.Shuffle(Across(ref line, i), even);
                Vector256<float> second = i + Lanes < pitch - Lanes ? Vector256.Shuffle(Across(ref line, i + Lanes), even) : Vector256<float>.Zero;
                Vector256<float> sum = Vector256.ConditionalSelect(lower, first, second) * (1f / 16f);
                Vector256.ConditionalSelect(Vector256.GreaterThan(Load(ref weight, to + x), Vector256<float>.Zero), sum, Vector256<float>.Zero).StoreUnsafe(ref result, (nuint)(to + x));
            }
        }

        static Vector256<float> Across(ref float line, int i)
            => Load(ref line, i - 1) + 3f * (Load(ref line, i) + Load(ref line, i + 1)) + Load(ref line, i + 2);
    }

    /// <inheritdoc/>
    public void Interpolate(float[] coarse, float[] fine)
    {
        CpuGrid below = this.below!;
        ref float source = ref First(coarse), line = ref First(otherRow);
        for (int y = 0; y < below.Height; y++)
        {
            int start = below.Start(y) - Lanes;
            for (int parity = 0; parity < 2; parity++)             // the fine row above the coarse row's middle, and the one below
            {
                int other = parity == 0 ? -below.pitch : below.pitch;
                for (int i = 0; i < below.pitch; i += Lanes)
                    (0.75f * Load(ref source, start + i) + 0.25f * Load(ref source, start + i + other)).StoreUnsafe(ref line, (nuint)i);
                AddInterleaved(ref line, below.Width, fine, Start(2 * y + parity));
            }
        }
    }

    private void AddInterleaved(ref float line, int coarseWidth, float[] fine, int to)
    {
        ref float result = ref First(fine), weight = ref First(removedOverNeighbours);
        var lower = Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3);
        var upper = Vector256.Create(4, 4, 5, 5, 6, 6, 7, 7);
        var evenLanes = Vector256.Create(-1, 0, -1, 0, -1, 0, -1, 0).AsSingle();
        for (int x = 0; x < coarseWidth; x += Lanes)
        {
            Vector256<float> middle = 0.75f * Load(ref line, x + Lanes);
            Vector256<float> left = middle + 0.25f * Load(ref line, x + Lanes - 1);
            Vector256<float> right = middle + 0.25f * Load(ref line, x + Lanes + 1);
            for (int half = 0; half < 2 && 2 * x + half * Lanes < Width; half++)
            {
                var order = half == 0 ? lower : upper;
                int i = to + 2 * x + half * Lanes;
                Vector256<float> sum = Load(ref result, i) + Vector256.ConditionalSelect(evenLanes, Vector256.Shuffle(left, order), Vector256.Shuffle(right, order));
                Vector256.ConditionalSelect(Vector256.GreaterThan(Load(ref weight, i), Vector256<float>.Zero), sum, Vector256<float>.Zero).StoreUnsafe(ref result, (nuint)i);
            }
        }
    }

    /// <summary>W·x for the eight pixels from index <paramref name="i"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Neighbours(ref float x, int i)
    {
        int above = i - pitch, under = i + pitch;
        Vector256<float> edges = Load(ref x, i - 1) + Load(ref x, i + 1) + Load(ref x, above) + Load(ref x, under);
        Vector256<float> corners = Load(ref x, above - 1) + Load(ref x, above + 1) + Load(ref x, under - 1) + Load(ref x, under + 1);
        return edges + edges + corners;
    }

    private int Start(int y) => (y + 1) * pitch + Lanes;

    private static ref float First(float[] field) => ref MemoryMarshal.GetArrayDataReference(field);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ref float field, int i) => Vector256.LoadUnsafe(ref field, (nuint)i);
}
