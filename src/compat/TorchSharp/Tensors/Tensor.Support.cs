namespace TorchSharp;

// What several of the generated-looking one-liners share.
public static partial class torch
{
    public partial class Tensor
    {
        private Tensor Cast(ScalarType? type) => type is { } wanted && wanted != dtype ? to_type(wanted) : this;

        private static Arg Mode(RoundingMode mode) => mode == RoundingMode.None ? Arg.None : mode.ToString();

        private static Tensor Into(Tensor? target, Tensor result) => target is null ? result : target.copy_(result);

        private static Tensor RequireBool(Tensor condition) =>
            condition.dtype == ScalarType.Bool ? condition : throw new ArgumentException("The condition to 'where' must be a boolean tensor.");

        private (Tensor output, Tensor inverse_indices, Tensor counts) Unique(bool sorted, bool inverse, bool counted, int? dim)
        {
            (Tensor output, Tensor positions, Tensor counts) = dim is { } axis
                ? Op.Three("aten::unique_dim", this, axis, sorted, inverse, counted)
                : Op.Three("aten::_unique2", this, sorted, inverse, counted);
            if (!inverse) positions.Dispose();
            if (!counted) counts.Dispose();
            return (output, inverse ? positions : null!, counted ? counts : null!);
        }

        public T ReadCpuValue<T>(long i) where T : unmanaged => data<T>()[i];
    }
}

public static class TensorExtensionMethods
{
    public static int ElementSize(this torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat32 => 8,
        torch.ScalarType.ComplexFloat64 => 16,
        _ => throw new NotImplementedException($"the size of {type}"),
    };

    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();
    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();
    public static Half ToHalf(this torch.Tensor value) => value.ToScalar().ToHalf();
    public static sbyte ToSByte(this torch.Tensor value) => value.ToScalar().ToSByte();
    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();
    public static short ToInt16(this torch.Tensor value) => value.ToScalar().ToInt16();
    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();
    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();
    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();
    public static Modules.Parameter AsParameter(this torch.Tensor tensor) => new(tensor);
}
