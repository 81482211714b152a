using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TTame.Core.Metrics.Road;

/// <summary>Conjugate-gradient steps of one colour plane in main memory; sums are float32 over 4,096 numbers, float64 above.</summary>
internal sealed class CpuSteps : IConjugateSteps<float[]>
{
    private const int Lanes = 8, Stretch = 4096;

    private double goodness;                                       // r·z of the last Aim; 0 before the first

    /// <inheritdoc/>
    public void Forget() => goodness = 0;

    /// <inheritdoc/>
    public void Aim(float[] r, float[] z, float[] p)
    {
        double now = Dot(r, z);
        var beta = Vector256.Create(goodness > 0 ? (float)(now / goodness) : 0f);
        goodness = now;
        ref float from = ref MemoryMarshal.GetArrayDataReference(z), to = ref MemoryMarshal.GetArrayDataReference(p);
        for (nuint i = 0; i < (nuint)p.Length; i += Lanes)
            (Vector256.LoadUnsafe(ref from, i) + beta * Vector256.LoadUnsafe(ref to, i)).StoreUnsafe(ref to, i);
    }

    /// <inheritdoc/>
    public void Step(float[] x, float[] r, float[] p, float[] s)
    {
        double curvature = -Dot(p, s);
        if (!(curvature > 0)) return;                              // p is 0: nothing is removed, or all is solved
        float a = (float)(goodness / curvature);
        AddScaled(x, a, p);
        AddScaled(r, a, s);
    }

    /// <inheritdoc/>
    public void Add(float[] x, float[] z) => AddScaled(x, 1f, z);

    /// <inheritdoc/>
    public float Largest(float[] z)
    {
        ref float from = ref MemoryMarshal.GetArrayDataReference(z);
        Vector256<float> largest = Vector256<float>.Zero;
        for (nuint i = 0; i < (nuint)z.Length; i += Lanes) largest = Vector256.Max(largest, Vector256.Abs(Vector256.LoadUnsafe(ref from, i)));
        float most = 0;
        for (int lane = 0; lane < Lanes; lane++) most = Math.Max(most, largest[lane]);   // both keep a NaN, so that nobody takes it for converged
        return most;
    }

    private static void AddScaled(float[] to, float scale, float[] field)
    {
        ref float from = ref MemoryMarshal.GetArrayDataReference(field), sum = ref MemoryMarshal.GetArrayDataReference(to);
        var a = Vector256.Create(scale);
        for (nuint i = 0; i < (nuint)to.Length; i += Lanes)
            (Vector256.LoadUnsafe(ref sum, i) + a * Vector256.LoadUnsafe(ref from, i)).StoreUnsafe(ref sum, i);
    }

    private static double Dot(float[] a, float[] b)
    {
        ref float left = ref MemoryMarshal.GetArrayDataReference(a), right = ref MemoryMarshal.GetArrayDataReference(b);
        double total = 0;
        for (int from = 0; from < a.Length; from += Stretch)
        {
            Vector256<float> sum = Vector256<float>.Zero;
            for (nuint i = (nuint)from, end = (nuint)Math.Min(a.Length, from + Stretch); i < end; i += Lanes)
                sum += Vector256.LoadUnsafe(ref left, i) * Vector256.LoadUnsafe(ref right, i);
            total += Vector256.Sum(sum);
        }
        return total;
    }
}
