using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One argument of an operator. Holds the object it was made of, so that nothing is collected during the call.</summary>
internal readonly struct Arg
{
    internal readonly Native.Tag Tag;
    internal readonly int Count;
    internal readonly long Bits;
    internal readonly object? Source;

    private Arg(Native.Tag tag, long bits, object? source = null, int count = 0) => (Tag, Bits, Source, Count) = (tag, bits, source, count);

    internal static Arg None => default;

    internal static Arg List(IEnumerable<Tensor> tensors)
    {
        Tensor[] array = tensors as Tensor[] ?? tensors.ToArray();
        return new(Native.Tag.TensorList, 0, array, array.Length);
    }

    internal static Arg Optionals(Tensor?[] tensors) => new(Native.Tag.OptionalTensors, 0, tensors, tensors.Length);
    internal static Arg Bools(bool[] values) => new(Native.Tag.BoolList, 0, values, values.Length);

    public static implicit operator Arg(Tensor? tensor) => tensor is null ? default : new(Native.Tag.Tensor, tensor.Handle, tensor);
    public static implicit operator Arg(long value) => new(Native.Tag.Int, value);
    public static implicit operator Arg(long? value) => value is { } v ? new(Native.Tag.Int, v) : default;
    public static implicit operator Arg(double value) => new(Native.Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(double? value) => value is { } v ? new(Native.Tag.Double, BitConverter.DoubleToInt64Bits(v)) : default;
    public static implicit operator Arg(bool value) => new(Native.Tag.Bool, value ? 1 : 0);
    public static implicit operator Arg(ScalarType value) => new(Native.Tag.Int, (long)value);
    public static implicit operator Arg(ScalarType? value) => value is { } v ? new(Native.Tag.Int, (long)v) : default;
    public static implicit operator Arg(long[]? values) => values is null ? default : new(Native.Tag.IntList, 0, values, values.Length);
    public static implicit operator Arg(double[]? values) => values is null ? default : new(Native.Tag.DoubleList, 0, values, values.Length);
    public static implicit operator Arg(string? text) => text is null ? default : new(Native.Tag.String, 0, text);
    public static implicit operator Arg(Generator? generator) => generator is null ? default : new(Native.Tag.Generator, generator.Handle, generator);
    public static implicit operator Arg(Device? device) => device is null ? default : new(Native.Tag.Device, (long)device.type, null, device.index);

    public static implicit operator Arg(Scalar? scalar) => scalar is null ? default : scalar.Kind switch
    {
        Native.Tag.Complex => new Arg(Native.Tag.Complex, 0, new[] { scalar.Real, scalar.Imaginary }, 2),
        Native.Tag.Double => (Arg)scalar.Real,
        Native.Tag.Bool => new Arg(Native.Tag.Bool, scalar.Integer),
        _ => new Arg(Native.Tag.Int, scalar.Integer),
    };
}
