namespace TTame.Core.Metrics.Road;

/// <summary>Conjugate gradients on the imputation's equations, each step guided by one <see cref="MultigridCycle{TField}"/>.</summary>
/// <param name="grid">The equations of the finest level. What is removed there may change between calls of <see cref="Solve"/>.</param>
/// <param name="steps">Sums over the same fields.</param>
/// <typeparam name="TField">As in <see cref="IStencilGrid{TField}"/>.</typeparam>
internal sealed class ImputationSolver<TField>(IStencilGrid<TField> grid, IConjugateSteps<TField> steps) where TField : class
{
    /// <summary>Where the cycle's estimate of the remaining error stops: a twentieth of the 1e-4 that is promised, for pixels in [0,1].</summary>
    public const float Tolerance = 5e-6f;

    /// <summary>Far more than needed (5 to 20); a picture that is not there by then is an error.</summary>
    public const int MostSteps = 200;

    /// <summary>How often the residual is taken anew; one repetition is the rule, more only for a picture of which hardly a pixel is kept.</summary>
    private const int MostRounds = 4;

    private readonly MultigridCycle<TField> cycle = new(grid);
    private readonly TField r = grid.NewField(), p = grid.NewField(), s = grid.NewField();

    /// <summary>Changes the removed pixels of <paramref name="picture"/> until every one is the weighted mean of its neighbours.</summary>
    /// <param name="picture">Kept pixels and, for the removed ones, a first guess. Kept pixels stay as they are, bit for bit.</param>
    /// <returns>The number of steps taken.</returns>
    /// <exception cref="InvalidOperationException">Not converged after <see cref="MostSteps"/>: the picture holds NaN or infinity, or keeps no pixel.</exception>
    public int Solve(TField picture)
    {
        int taken = 0;
        for (int round = 0; round < MostRounds; round++)
        {
            grid.Residual(null, picture, r);                       // anew: the running residual drifts from the true one by rounding
            steps.Forget();
            TField z = cycle.Solve(r);
            int first = taken;
            for (; !(steps.Largest(z) < Tolerance); taken++)
            {
                if (taken == MostSteps) throw new InvalidOperationException($"The imputation has not converged after {MostSteps} steps; are all pixels finite, and is one of them kept?");
                steps.Aim(r, z, p);
                grid.Residual(null, p, s);
                steps.Step(picture, r, p, s);
                z = cycle.Solve(r);
            }
            steps.Add(picture, z);
            if (taken == first) break;                             // nothing was left to do
        }
        return taken;
    }
}
