namespace TTame.Core.Tests.Metrics.Road;

/// <summary>The slow twin: the imputation's equations with the paper's weights 1/6 and 1/12, written out in full and eliminated in float64.</summary>
internal static class DenseImputation
{
    public static double[] Solve(float[] picture, byte[] removed, int channels, int height, int width)
    {
        int[] unknown = [.. Enumerable.Range(0, height * width).Where(i => removed[i] != 0)];
        var row = unknown.Select((pixel, index) => (pixel, index)).ToDictionary(pair => pair.pixel, pair => pair.index);
        double[] result = [.. picture.Select(value => (double)value)];
        for (int c = 0; c < channels; c++)
        {
            var a = new double[unknown.Length, unknown.Length + 1];
            foreach (int i in unknown)
                for (int dy = -1; dy <= 1; dy++)
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        int y = i / width + dy, x = i % width + dx, j = y * width + x;
                        if ((dy == 0 && dx == 0) || y < 0 || y >= height || x < 0 || x >= width) continue;
                        double weight = dy == 0 || dx == 0 ? 1.0 / 6 : 1.0 / 12;
                        a[row[i], row[i]] += weight;
                        if (removed[j] != 0) a[row[i], row[j]] -= weight;
                        else a[row[i], unknown.Length] += weight * picture[c * height * width + j];
                    }
            double[] solution = Eliminate(a, unknown.Length);
            for (int k = 0; k < unknown.Length; k++) result[c * height * width + unknown[k]] = solution[k];
        }
        return result;
    }

    private static double[] Eliminate(double[,] a, int n)
    {
        for (int k = 0; k < n; k++)                                // the matrix is an M-matrix: no pivoting
            for (int i = k + 1; i < n; i++)
            {
                double factor = a[i, k] / a[k, k];
                if (factor == 0) continue;
                for (int j = k; j <= n; j++) a[i, j] -= factor * a[k, j];
            }
        var x = new double[n];
        for (int k = n - 1; k >= 0; k--)
        {
            double sum = a[k, n];
            for (int j = k + 1; j < n; j++) sum -= a[k, j] * x[j];
            x[k] = sum / a[k, k];
        }
        return x;
    }
}
