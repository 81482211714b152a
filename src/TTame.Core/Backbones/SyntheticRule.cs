using System.Runtime.InteropServices;
using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Backbones;

/// <summary>How draws become the elements of a synthetic tensor; all arithmetic in float32.</summary>
/// <param name="Kind">Which formula.</param>
/// <param name="A">Amplitude, gain, or lower end.</param>
/// <param name="B">Width, for <see cref="Form.Affine"/>.</param>
/// <source>SPEC:§3</source>
internal readonly record struct SyntheticRule(SyntheticRule.Form Kind, double A, double B = 0)
{
    public enum Form
    {
        /// <summary>±A.</summary>
        Symmetric,

        /// <summary>A to A + B.</summary>
        Affine,

        /// <summary>±A·√(3 / fan-in).</summary>
        Fan,

        /// <summary>As <see cref="Fan"/>; odd input channels are the negatives of those before them.</summary>
        Pair,
    }

    public static SyntheticRule Symmetric(double a) => new(Form.Symmetric, a);

    public static SyntheticRule Affine(double lower, double width) => new(Form.Affine, lower, width);

    public static SyntheticRule Fan(double gain) => new(Form.Fan, gain);

    public static SyntheticRule Pair(double gain) => new(Form.Pair, gain);

    /// <summary>Makes the tensor: element i in C order belongs to draw i + 1 of the seed's stream.</summary>
    /// <param name="seed">Of the tensor.</param>
    /// <param name="shape">Its shape.</param>
    /// <returns>float32 on the host.</returns>
    public unsafe Tensor Make(ulong seed, long[] shape)
    {
        Tensor made = empty(shape, dtype: ScalarType.Float32);
        Span<float> values = MemoryMarshal.Cast<byte, float>(made.bytes);
        int count = values.Length;
        fixed (float* pinned = values)
        {
            float* first = pinned;
            SyntheticRule rule = this;
            const int Block = 1 << 16;
            Parallel.For(0, (count + Block - 1) / Block, block =>
            {
                for (int i = block * Block, end = Math.Min(count, i + Block); i < end; i++) first[i] = rule.Element(seed, i, shape);
            });
        }
        return made;
    }

    private float Element(ulong seed, int i, long[] shape)
    {
        if (Kind == Form.Affine) return (float)A + U24(seed, i) * SplitMix64.UnitScale * (float)B;
        float amplitude = (float)(Kind == Form.Symmetric ? A : A * Math.Sqrt(3.0 / (Elements(shape) / shape[0])));
        if (Kind != Form.Pair || shape[1] % 2 != 0) return Sym(seed, i) * amplitude;
        long inner = Elements(shape) / shape[0] / shape[1];
        return i / inner % 2 == 0 ? Sym(seed, i) * amplitude : -(Sym(seed, i - inner) * amplitude);
    }

    private static long Elements(long[] shape)
    {
        long product = 1;
        foreach (long size in shape) product *= size;
        return product;
    }

    private static uint U24(ulong seed, long i) => (uint)(RandomStream.At(seed, (ulong)i + 1) >> 40);

    private static float Sym(ulong seed, long i) => ((int)U24(seed, i) - SplitMix64.Half) * SplitMix64.SymScale;
}
