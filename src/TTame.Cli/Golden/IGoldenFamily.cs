namespace TTame.Cli.Golden;

/// <summary>One kind of golden vectors and how the product is held to them.</summary>
internal interface IGoldenFamily
{
    /// <summary>Name in the report.</summary>
    string Name { get; }

    /// <summary>Whether this family is in a file of a set.</summary>
    /// <param name="file">A JSON file, relative to the set's folder, with forward slashes: <c>vgg16/forward.json</c>.</param>
    bool Reads(string file);

    /// <summary>The checks that a file holds. Reading the file is all that happens before a check is run.</summary>
    IEnumerable<GoldenCheck> Checks(GoldenSet set, string file);
}

/// <summary>One comparison of the product with a vector.</summary>
/// <param name="Name">What is compared, unique in its family and file.</param>
/// <param name="Run">Computes and compares.</param>
internal sealed record GoldenCheck(string Name, Func<GoldenResult> Run);

/// <summary>How far the product is from a vector.</summary>
/// <param name="Error">Distance, in the tolerance's own measure; not a number fails.</param>
/// <param name="Tolerance">Largest distance allowed (golden/README.md).</param>
internal readonly record struct GoldenResult(double Error, double Tolerance)
{
    /// <summary>Whether the product agrees.</summary>
    public bool Passed => Error <= Tolerance;

    /// <summary>Agreement to the bit, or none.</summary>
    public static GoldenResult Exact(bool same) => new(same ? 0 : 1, 0);

    /// <summary>"rel" of golden/README.md: largest absolute difference over the largest absolute value expected.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static GoldenResult Relative<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, double tolerance) where T : System.Numerics.INumber<T>
    {
        var (difference, largest) = Distance(actual, expected);
        return new(largest > 0 ? difference / largest : difference, tolerance);
    }

    /// <summary>Largest absolute difference.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static GoldenResult Absolute<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected, double tolerance) where T : System.Numerics.INumber<T>
        => new(Distance(actual, expected).Difference, tolerance);

    private static (double Difference, double Largest) Distance<T>(ReadOnlySpan<T> actual, ReadOnlySpan<T> expected) where T : System.Numerics.INumber<T>
    {
        if (actual.Length != expected.Length) throw new ArgumentException($"{actual.Length} values were computed, the vector has {expected.Length}.", nameof(actual));
        double difference = 0, largest = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double a = double.CreateChecked(actual[i]), e = double.CreateChecked(expected[i]);
            difference = double.IsNaN(a) ? double.NaN : double.IsNaN(difference) ? difference : Math.Max(difference, Math.Abs(a - e));
            largest = Math.Max(largest, Math.Abs(e));
        }
        return (difference, largest);
    }
}
