using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>A tensor's elements in logical order, without a copy of the tensor. Keeps the tensor alive.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly Tensor tensor;
    private readonly bool own;
    private readonly long[] shape;
    private readonly long[] strides;

    internal TensorAccessor(Tensor tensor)
    {
        own = !tensor.is_cpu();
        this.tensor = own ? tensor.cpu().DetachFromDisposeScope() : tensor;
        (shape, strides) = (this.tensor.shape, this.tensor.stride());
        Count = this.tensor.NumberOfElements;
    }

    public long Count { get; }

    public unsafe T this[params long[] indices]
    {
        get { T value = *At(Offset(indices)); GC.KeepAlive(tensor); return value; }
        set { *At(Offset(indices)) = value; GC.KeepAlive(tensor); }
    }

    public T[] ToArray()
    {
        if (Count == 0 && shape.Length >= 2) throw new ArgumentOutOfRangeException(nameof(tensor), "The tensor is empty.");
        T[] array = new T[Count];
        CopyTo(array.AsSpan());
        return array;
    }

    public Array ToNDArray()
    {
        Array array = Array.CreateInstance(typeof(T), shape);
        long[] at = new long[shape.Length];
        for (long i = 0; i < Count; i++)
        {
            long rest = i;
            for (int d = shape.Length - 1; d >= 0; d--) (rest, at[d]) = Math.DivRem(rest, shape[d]);
            array.SetValue(this[at], at);
        }
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        int count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (tensor.is_contiguous()) new Span<T>(At(tensorIndex), count).CopyTo(array[arrayIndex..]);
        else for (int i = 0; i < count; i++) array[arrayIndex + i] = *At(Logical(tensorIndex + i));
        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom(new ReadOnlySpan<T>(array), arrayIndex, tensorIndex);

    public unsafe void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        int count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (tensor.is_contiguous()) array.Slice(arrayIndex, count).CopyTo(new Span<T>(At(tensorIndex), count));
        else for (int i = 0; i < count; i++) *At(Logical(tensorIndex + i)) = array[arrayIndex + i];
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return Read(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() { if (own) tensor.Dispose(); }

    private unsafe T Read(long logical) { T value = *At(Logical(logical)); GC.KeepAlive(tensor); return value; }
    private unsafe T* At(long offset) => (T*)tensor.Data + offset;

    private long Offset(long[] indices)
    {
        if (indices.Length == 1 && shape.Length != 1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(indices[0], Count);
            return Logical(indices[0]);
        }
        if (indices.Length != shape.Length) throw new ArgumentException($"{indices.Length} indices for a tensor of {shape.Length} dimensions.");
        long offset = 0;
        for (int d = 0; d < shape.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= shape[d]) throw new IndexOutOfRangeException();
            offset += indices[d] * strides[d];
        }
        return offset;
    }

    private long Logical(long index)
    {
        long offset = 0;
        for (int d = shape.Length - 1; d >= 0 && index > 0; d--)
        {
            (index, long at) = Math.DivRem(index, shape[d]);
            offset += at * strides[d];
        }
        return offset;
    }
}
