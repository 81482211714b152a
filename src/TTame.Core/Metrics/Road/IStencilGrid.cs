namespace TTame.Core.Metrics.Road;

/// <summary>
/// One level of the imputation's equations: for every removed pixel i, D_i·x_i − Σ_j w_ij·x_j = b_i over its neighbours j inside the picture.
/// </summary>
/// <remarks>
/// The weights are twelve times the paper's, 2 for edge neighbours and 1 for diagonal ones: small integers have no rounding error, so in float32 the rows
/// still sum to exactly zero. (With 1/6 and 1/12 the float32 solution of a mostly empty picture is off by 3e-3.)
/// <para>Every operation sets whole fields and leaves pixels that are not removed at 0, except where it says otherwise.</para>
/// </remarks>
/// <typeparam name="TField">One number per pixel: an array of one plane, or a tensor of a whole batch.</typeparam>
internal interface IStencilGrid<TField> where TField : class
{
    /// <summary>The next level, of half the height and width; null at the coarsest.</summary>
    IStencilGrid<TField>? Coarser { get; }

    /// <summary>Whether any pixel of <see cref="Coarser"/> is removed; where none is, the level below has nothing to correct.</summary>
    bool CoarserHasRemoved { get; }

    /// <summary>A new field of zeros.</summary>
    TField NewField();

    /// <summary>One Jacobi sweep: <paramref name="into"/> = (b + W·x) / D; without <paramref name="x"/>, from zero.</summary>
    void Sweep(TField b, TField? x, TField into);

    /// <summary><paramref name="into"/> = b − (D − W)·x; without <paramref name="b"/>, b is 0. Here x may hold the kept pixels' values too.</summary>
    void Residual(TField? b, TField x, TField into);

    /// <summary>Hands a residual down: <paramref name="coarse"/> = Pᵀ·<paramref name="fine"/>.</summary>
    void Restrict(TField fine, TField coarse);

    /// <summary>Brings a correction up: <paramref name="fine"/> += P·<paramref name="coarse"/>, with P bilinear.</summary>
    void Interpolate(TField coarse, TField fine);
}

/// <summary>The steps of conjugate gradients that need sums over a plane; every plane has its own.</summary>
/// <typeparam name="TField">As in <see cref="IStencilGrid{TField}"/>.</typeparam>
internal interface IConjugateSteps<TField> where TField : class
{
    /// <summary>Starts anew: the next direction is z alone.</summary>
    void Forget();

    /// <summary>The new direction p = z + (r·z)/(r·z of before)·p.</summary>
    void Aim(TField r, TField z, TField p);

    /// <summary>With a = (r·z)/(−p·s), s = −(D − W)·p: x += a·p and r += a·s.</summary>
    void Step(TField x, TField r, TField p, TField s);

    /// <summary>x += z.</summary>
    void Add(TField x, TField z);

    /// <summary>The largest absolute value over all planes.</summary>
    float Largest(TField z);
}
