using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

// How the factories make their tensors, and the factories that have one form only.
public static partial class torch
{
    private static Tensor Create(string op, long[] size, ScalarType? dtype, Device? device, bool requires_grad) =>
        Finish(Op.Call(op, size, dtype, Arg.None, Place(device)), requires_grad);

    private static Tensor Random(string op, long[] size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator)
    {
        if (dtype is { } type && is_integral(type)) throw new ArgumentException($"torch.rand() was passed a bad dtype: {type}", nameof(dtype));
        return Finish(Op.Call(op + ".generator", size, generator, dtype, Arg.None, Place(device)), requires_grad);
    }

    private static Tensor Full(long[] size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad) =>
        Finish(Op.Call("aten::full", size, value, dtype, Arg.None, Place(device)), requires_grad);

    private static Tensor Like(string op, Tensor input, ScalarType? dtype, Device? device, bool requires_grad) =>
        Finish(Op.Call(op, input, dtype, Arg.None, Place(device)), requires_grad);

    private static Device? Place(Device? device) => device is null ? null : InitializeDevice(device);

    private static Tensor Finish(Tensor tensor, bool requires_grad)
    {
        if (requires_grad) tensor.requires_grad = true;
        return tensor;
    }

    private static unsafe Tensor Copy<T>(ReadOnlySpan<T> data, long[] size, ScalarType? dtype, Device? device, bool requires_grad) where T : unmanaged
    {
        long count = 1;
        foreach (long length in size) count *= length;
        if (count > data.Length) throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} elements in the shape, {data.Length} in the array");
        nint handle;
        fixed (T* memory = data)
        fixed (long* sizes = size)
            Native.Check(Native.tt_from_copy(memory, count * sizeof(T), sizes, size.Length, (int)Types.Of<T>()!.Value, out handle));
        Tensor tensor = Tensor.Own(handle);
        if ((dtype is { } type && type != tensor.dtype) || (device is not null && device.type != DeviceType.CPU))
            tensor = tensor.to(dtype ?? tensor.dtype, InitializeDevice(device), disposeAfter: true);
        return Finish(tensor, requires_grad);
    }

    private static ReadOnlySpan<T> Flat<T>(Array array) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static long[] Shape(Array array) => [.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)];

    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Tensor tensor = Share(rawArray, Shape(rawArray), 0);
        if ((dtype is { } type && type != tensor.dtype) || (device is not null && device.type != DeviceType.CPU))
            tensor = tensor.to(dtype ?? tensor.dtype, InitializeDevice(device), disposeAfter: true);
        return Finish(tensor, requires_grad);
    }

    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        if (offset < 0 || offset >= rawArray.Length) throw new ArgumentException($"invalid value for 'offset': {offset}");
        if (count < 0) count = rawArray.Length - offset;
        if (count > rawArray.Length - offset) throw new IndexOutOfRangeException($"element count is too large: {count}");
        Tensor tensor = Share(rawArray, [count], offset);
        return Finish(tensor.dtype == dtype ? tensor : tensor.to_type(dtype, disposeAfter: true), requires_grad);
    }

    // The array stays pinned until libtorch lets go of the memory.
    private static unsafe Tensor Share(Array array, long[] size, long offset)
    {
        Type element = array.GetType().GetElementType()!;
        ScalarType type = Types.Of(element) ?? throw new NotSupportedException($"Converting an array of {element} to a tensor is not supported.");
        GCHandle pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        byte* memory = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)) + offset * type.ElementSize();
        nint handle;
        fixed (long* sizes = size)
            Native.Check(Native.tt_from_memory(memory, sizes, size.Length, (int)type, &Unpin, GCHandle.ToIntPtr(pin), out handle));
        return Tensor.Own(handle);
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Like("aten::zeros_like", input, dtype, device, requires_grad);
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Like("aten::ones_like", input, dtype, device, requires_grad);
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Like("aten::empty_like", input, dtype, device, requires_grad);
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("aten::rand_like", input, dtype, device, requires_grad);
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("aten::randn_like", input, dtype, device, requires_grad);
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Finish(Op.Call("aten::full_like", input, value, dtype, Arg.None, Place(device)), requires_grad);
    public static Tensor randint_like(Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Op.Call("aten::randint_like.low_dtype", input, low, high, dtype, Arg.None, Place(device)), requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        ScalarType? type = dtype ?? (is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type) ? ScalarType.Int64 : null);
        return Finish(Op.Call("aten::arange.start_step", start, stop, step, type, Arg.None, Place(device)), requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(0, stop, 1, dtype, device, requires_grad);
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Op.Call("aten::linspace", start, end, steps, dtype, Arg.None, Place(device)), requires_grad);
    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Op.Call("aten::logspace", start, end, steps, @base, dtype, Arg.None, Place(device)), requires_grad);
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Finish(Op.Call("aten::eye.m", rows, columns < 0 ? rows : columns, dtype, Arg.None, Place(device)), requires_grad);
    public static Tensor empty_strided(long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Finish(Op.Call("aten::empty_strided", size, strides, dtype, Arg.None, Place(device)), requires_grad);

    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Finish(Op.Call("aten::randint.low_generator", low, high, size, generator, dtype ?? ScalarType.Int64, Arg.None, Place(device)), requires_grad);
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(0, high, size, dtype, device, requires_grad, generator);
    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint((long)low, high, Array.ConvertAll(size, n => (long)n), dtype, device, requires_grad, generator);
    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(0, high, size, dtype, device, requires_grad, generator);
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Finish(Op.Call("aten::randperm.generator", n, generator, dtype ?? ScalarType.Int64, Arg.None, Place(device)), requires_grad);
    public static Tensor randperm(long n, Tensor @out, Generator? generator = null) => Op.InPlace(@out, "aten::randperm.generator_out", n, generator, @out);
    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => Finish(Op.Call("aten::normal.float_float", mean, std, size.ToArray(), generator, dtype, Arg.None, Place(device)), requires_grad);
    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) => Op.Call("aten::normal.Tensor_Tensor", mean, std, generator);
    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) => Op.Call("aten::tril_indices", row, col, offset, dtype, Arg.None, Place(device) ?? CPU);
    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) => Op.Call("aten::triu_indices", row, col, offset, dtype, Arg.None, Place(device) ?? CPU);
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") => Op.Many("aten::meshgrid.indexing", Arg.List(tensors), indexing);

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Op.Call("aten::cat", Arg.List(tensors), dim);
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Op.Call("aten::cat", Arg.List(tensors), dim);
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Op.Call("aten::cat", Arg.List(tensors.ToArray()), dim);
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);
    public static Tensor concat(Tensor[] tensors, long dim = 0) => cat(tensors, dim);
    public static Tensor concat(ReadOnlySpan<Tensor> tensors, long dim = 0) => cat(tensors, dim);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Op.Call("aten::stack", Arg.List(tensors), dim);
    public static Tensor hstack(IList<Tensor> tensors) => Op.Call("aten::hstack", Arg.List(tensors));
    public static Tensor hstack(params Tensor[] tensors) => Op.Call("aten::hstack", Arg.List(tensors));
    public static Tensor hstack(IEnumerable<Tensor> tensors) => Op.Call("aten::hstack", Arg.List(tensors));
    public static Tensor hstack(ReadOnlySpan<Tensor> tensors) => Op.Call("aten::hstack", Arg.List(tensors.ToArray()));
    public static Tensor vstack(IList<Tensor> tensors) => Op.Call("aten::vstack", Arg.List(tensors));
    public static Tensor vstack(Tensor[] tensors) => Op.Call("aten::vstack", Arg.List(tensors));
    public static Tensor vstack(ReadOnlySpan<Tensor> tensors) => Op.Call("aten::vstack", Arg.List(tensors.ToArray()));
    public static Tensor block_diag(params Tensor[] tensors) => Op.Call("aten::block_diag", Arg.List(tensors));
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Op.Many("aten::broadcast_tensors", Arg.List(tensors));
    public static Tensor einsum(string equation, params Tensor[] tensors) => Op.Call("aten::einsum", equation, Arg.List(tensors));

    public static Tensor[] where(Tensor condition) => Op.Many("aten::where", condition);
    public static Tensor gather(Tensor input, long dim, Tensor index, bool sparse_grad = false) => Op.Call("aten::gather", input, dim, index, sparse_grad);
    public static Tensor moveaxis(Tensor input, long source, long destination) => movedim(input, source, destination);
    public static Tensor moveaxis(Tensor input, long[] source, long[] destination) => input.movedim(source, destination);
    public static Tensor movedim(Tensor input, long source, long destination) => Op.Call("aten::movedim.int", input, source, destination);
    public static Tensor take_along_dim(Tensor input, Tensor indices, long dim = 0) => input.take_along_dim(indices, dim);
    public static Tensor take_along_dim(Tensor input, IEnumerable<long> indices, long dim = 0) => input.take_along_dim(indices, dim);
    public static Tensor[] unbind(Tensor tensor, int dim = 0) => tensor.unbind(dim);
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
}
