using System.Text.Json;

namespace TTame.Cli.Golden;

/// <summary>A tensor described by statistics and samples (SPEC §2).</summary>
internal sealed record SampledEntry(long[] Shape, double L2, double Min, double Max, int[] Index, double[] Value)
{
    /// <summary>Reads the description.</summary>
    public static SampledEntry Read(JsonElement entry) => new(
        [.. entry.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())],
        entry.GetProperty("l2").GetDouble(),
        entry.GetProperty("min").GetDouble(),
        entry.GetProperty("max").GetDouble(),
        [.. entry.GetProperty("index").EnumerateArray().Select(e => e.GetInt32())],
        [.. entry.GetProperty("value").EnumerateArray().Select(e => e.GetDouble())]);

    /// <summary>Compares all elements of a tensor, C order, with the samples and the statistics: the larger of the errors of samples, minimum, maximum and norm.</summary>
    /// <param name="actual">The elements.</param>
    /// <param name="tolerance">Relative to the tensor's largest absolute value; the norm's error is relative to the norm.</param>
    public GoldenResult Compare(ReadOnlySpan<float> actual, double tolerance)
    {
        double[] wide = new double[actual.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = actual[i];
        return Compare(wide, tolerance);
    }

    /// <inheritdoc cref="Compare(ReadOnlySpan{float}, double)"/>
    public GoldenResult Compare(ReadOnlySpan<double> actual, double tolerance)
    {
        long expected = Shape.Aggregate(1L, (a, b) => a * b);
        if (actual.Length != expected) throw new ArgumentException($"{actual.Length} values were computed, the vector has {expected}.", nameof(actual));
        double min = double.PositiveInfinity, max = double.NegativeInfinity, squares = 0, samples = 0;
        foreach (double v in actual)
        {
            (min, max) = (Math.Min(min, v), Math.Max(max, v));
            squares += v * v;
        }
        for (int i = 0; i < Index.Length; i++) samples = Math.Max(samples, Math.Abs(actual[Index[i]] - Value[i]));   // Max passes NaN on
        double largest = Math.Max(Math.Max(Math.Abs(Min), Math.Abs(Max)), double.Epsilon);
        double atEnds = Math.Max(Math.Abs(min - Min), Math.Abs(max - Max));
        double norm = Math.Abs(Math.Sqrt(squares) - L2) / Math.Max(L2, double.Epsilon);
        return new(Math.Max(Math.Max(samples, atEnds) / largest, norm), tolerance);
    }
}
