namespace TTame.Core.Metrics.Road;

/// <summary>Imputes pictures in main memory, one after the other on every core: a plane and all levels over it stay in the core's cache.</summary>
internal static class CpuImputation
{
    /// <summary>Replaces the removed pixels of every picture by the weighted means of their neighbours.</summary>
    /// <param name="pictures">(N, C, H, W): kept pixels and first guesses; solved in place. A picture that keeps no pixel is left as it is.</param>
    /// <param name="removed">(N, H, W): not 0 where removed.</param>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="threads">Pictures solved at once, at most.</param>
    /// <exception cref="InvalidOperationException">A picture holds NaN or infinity.</exception>
    public static void Solve(Memory<float> pictures, ReadOnlyMemory<byte> removed, int channels, int height, int width, int threads)
    {
        int plane = height * width, count = removed.Length / plane;
        GridGeometry geometry = GridGeometry.For(height, width);
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new Desk(geometry), (n, _, desk) =>
        {
            ReadOnlySpan<byte> mask = removed.Span.Slice(n * plane, plane);
            if (mask.IndexOf((byte)0) >= 0)
                desk.Solve(pictures.Span.Slice(n * channels * plane, channels * plane), mask, height, width);
            return desk;
        }, _ => { });
    }

    /// <summary>What one core needs, made once.</summary>
    private sealed class Desk
    {
        private readonly CpuGrid grid;
        private readonly ImputationSolver<float[]> solver;
        private readonly float[] field;

        public Desk(GridGeometry geometry)
        {
            grid = new(geometry);
            solver = new(grid, new CpuSteps());
            field = grid.NewField();
        }

        public void Solve(Span<float> picture, ReadOnlySpan<byte> removed, int height, int width)
        {
            grid.Remove(removed, height, width);
            for (int from = 0; from < picture.Length; from += height * width)
            {
                for (int y = 0; y < height; y++) picture.Slice(from + y * width, width).CopyTo(grid.Row(field, y));
                solver.Solve(field);
                for (int y = 0; y < height; y++) grid.Row(field, y)[..width].CopyTo(picture[(from + y * width)..]);
            }
        }
    }
}
