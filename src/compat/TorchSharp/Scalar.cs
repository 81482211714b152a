using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

public sealed class Scalar : IDisposable
{
    private Scalar(ScalarType type, Native.Tag kind) => (Type, Kind) = (type, kind);

    public ScalarType Type { get; }
    internal Native.Tag Kind { get; }
    internal long Integer { get; private init; }
    internal double Real { get; private init; }
    internal double Imaginary { get; private init; }

    private static Scalar Whole(ScalarType type, long value) => new(type, type == ScalarType.Bool ? Native.Tag.Bool : Native.Tag.Int) { Integer = value, Real = value };
    internal static Scalar Fraction(ScalarType type, double value) => new(type, Native.Tag.Double) { Real = value };

    public static implicit operator Scalar(byte value) => Whole(ScalarType.Byte, value);
    public static implicit operator Scalar(sbyte value) => Whole(ScalarType.Int8, value);
    public static implicit operator Scalar(short value) => Whole(ScalarType.Int16, value);
    public static implicit operator Scalar(int value) => Whole(ScalarType.Int32, value);
    public static implicit operator Scalar(long value) => Whole(ScalarType.Int64, value);
    public static implicit operator Scalar(Half value) => Fraction(ScalarType.Float16, (double)value);
    public static implicit operator Scalar(float value) => Fraction(ScalarType.Float32, value);
    public static implicit operator Scalar(double value) => Fraction(ScalarType.Float64, value);
    public static implicit operator Scalar(bool value) => Whole(ScalarType.Bool, value ? 1 : 0);
    public static implicit operator Scalar((float, float) value) => new(ScalarType.ComplexFloat32, Native.Tag.Complex) { Real = value.Item1, Imaginary = value.Item2 };
    public static implicit operator Scalar(Complex value) => new(ScalarType.ComplexFloat64, Native.Tag.Complex) { Real = value.Real, Imaginary = value.Imaginary };

    internal double AsDouble => Kind is Native.Tag.Int or Native.Tag.Bool ? Integer : Real;
    internal long AsLong => Kind is Native.Tag.Int or Native.Tag.Bool ? Integer : (long)Real;

    /// <summary>Nothing to free: the value lives in managed memory.</summary>
    public void Dispose() { }
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;
    public static Scalar ToScalar(this sbyte value) => value;
    public static Scalar ToScalar(this short value) => value;
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this Half value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this bool value) => value;
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;
    public static double ToDouble(this Scalar value) => value.AsDouble;
    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble;
    public static sbyte ToSByte(this Scalar value) => (sbyte)value.AsLong;
    public static byte ToByte(this Scalar value) => (byte)value.AsLong;
    public static short ToInt16(this Scalar value) => (short)value.AsLong;
    public static int ToInt32(this Scalar value) => (int)value.AsLong;
    public static long ToInt64(this Scalar value) => value.AsLong;
    public static bool ToBoolean(this Scalar value) => value.AsDouble != 0;
}
