namespace TTame.Core.Metrics.Road;

/// <summary>One symmetric V-cycle of multigrid: an approximate solution of the imputation's equations at the cost of a few sweeps.</summary>
/// <remarks>
/// Two Jacobi sweeps before and two after the coarser correction. On this 9-point stencil undamped Jacobi is the best damping:
/// it takes at least two thirds off every error that a coarser grid cannot see. A coarse pixel counts as removed only where all four below it are;
/// what that misses near kept pixels is left to the conjugate gradients around the cycle.
/// </remarks>
/// <typeparam name="TField">As in <see cref="IStencilGrid{TField}"/>.</typeparam>
internal sealed class MultigridCycle<TField> where TField : class
{
    private const int CoarsestSweepPairs = 8;                      // the coarsest grid is at most 8 pixels high or wide: 17 sweeps solve it well enough

    private readonly IStencilGrid<TField> grid;
    private readonly MultigridCycle<TField>? coarser;
    private readonly TField right, x, y;

    /// <summary>The cycle from <paramref name="grid"/> down to its coarsest level.</summary>
    public MultigridCycle(IStencilGrid<TField> grid)
    {
        this.grid = grid;
        coarser = grid.Coarser is { } below ? new(below) : null;
        (right, x, y) = (grid.NewField(), grid.NewField(), grid.NewField());
    }

    /// <summary>About (D − W)⁻¹·b; the field belongs to the cycle and is overwritten by its next use.</summary>
    public TField Solve(TField b)
    {
        grid.Sweep(b, null, x);
        if (coarser is null || !grid.CoarserHasRemoved)
        {
            for (int pair = 0; pair < CoarsestSweepPairs; pair++) Twice(b, x, y);
            return x;
        }
        grid.Sweep(b, x, y);
        grid.Residual(b, y, x);
        grid.Restrict(x, coarser.right);
        grid.Interpolate(coarser.Solve(coarser.right), y);
        Twice(b, y, x);
        return y;
    }

    private void Twice(TField b, TField field, TField between)
    {
        grid.Sweep(b, field, between);
        grid.Sweep(b, between, field);
    }
}
