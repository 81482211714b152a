using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch. Holds one reference to it, given back by Dispose, by its scope, or by the finaliser.</summary>
    public partial class Tensor : IDisposable
    {
        private static long live;
        private static long peak;
        private nint handle;

        private protected Tensor(nint handle, bool register)
        {
            this.handle = handle;
            if (handle == 0) { GC.SuppressFinalize(this); return; }
            long now = Interlocked.Increment(ref live);
            if (now > Volatile.Read(ref peak)) Volatile.Write(ref peak, now);
            if (register) OwningScope = DisposeScopeManager.Thread.Register(this);
        }

        ~Tensor() => Dispose(false);

        internal DisposeScope? OwningScope { get; set; }

        /// <summary>A wrapper that takes over the reference <paramref name="handle"/> holds.</summary>
        internal static Tensor Own(long handle) => new((nint)handle, register: true);

        public static long TotalCount => Volatile.Read(ref live);
        public static long PeakCount => Volatile.Read(ref peak);

        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");
        public bool IsInvalid => handle == 0;
        public string? name { get; set; }

        public void Dispose()
        {
            if (OwningScope is { } scope) { OwningScope = null; scope.Forget(this); DisposeScopeManager.Thread.Counts.DisposedInScopeCount += handle != 0 ? 1 : 0; }
            else if (handle != 0) DisposeScopeManager.Thread.Counts.DisposedOutsideScopeCount++;
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint held = Interlocked.Exchange(ref handle, 0);
            if (held == 0) return;
            Interlocked.Decrement(ref live);
            Native.tt_release(held);
        }

        public nint DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            nint held = Interlocked.Exchange(ref handle, 0);
            if (held != 0) Interlocked.Decrement(ref live);
            if (OwningScope is { } scope) { OwningScope = null; scope.Forget(this); }
            return held;
        }

        public Tensor MoveToOuterDisposeScope() { OwningScope?.MoveToOuter(this); return this; }
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningScope is null) other?.Attach(this); else OwningScope.MoveToOther(other, this);
            return this;
        }

        public Tensor DetachFromDisposeScope() { OwningScope?.Detach(this); return this; }

        // A wrapper that nobody uses any more may be finalised while libtorch still reads its tensor: these keep it until then.
        private T Kept<T>(T value) { GC.KeepAlive(this); return value; }
        private void Check(int status) { Native.Check(status); GC.KeepAlive(this); }

        public long[] shape
        {
            get
            {
                long[] sizes = new long[Native.tt_rank(Handle)];
                unsafe { fixed (long* p = sizes) Check(Native.tt_sizes(Handle, p)); }
                return sizes;
            }
        }

        public long[] stride()
        {
            long[] strides = new long[Native.tt_rank(Handle)];
            unsafe { fixed (long* p = strides) Check(Native.tt_strides(Handle, p)); }
            return strides;
        }

        public long[] size() => shape;
        public long size(int dim) => shape[Wrapped(dim)];
        public long stride(int dim) => stride()[Wrapped(dim)];
        private int Wrapped(int dim) => dim < 0 ? dim + (int)ndim : dim;
        public long ndim => Kept(Native.tt_rank(Handle));
        public long Dimensions => ndim;
        public long dim() => ndim;
        public long NumberOfElements => Kept(Native.tt_numel(Handle));
        public long numel() => NumberOfElements;
        public long ElementSize => Kept(Native.tt_element_size(Handle));
        public long element_size() => ElementSize;
        public ScalarType dtype => (ScalarType)Kept(Native.tt_dtype(Handle));
        public Device device { get { Native.tt_device(Handle, out int type, out int index); return Kept(new Device((DeviceType)type, index)); } }
        public DeviceType device_type { get { Native.tt_device(Handle, out int type, out _); return Kept((DeviceType)type); } }
        public int device_index { get { Native.tt_device(Handle, out _, out int index); return Kept(index); } }
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_cpu() => device_type == DeviceType.CPU;
        public bool is_sparse { get { Check(Native.tt_flags(Handle, out int flags)); return (flags & 2) != 0; } }
        public bool is_pinned() { Check(Native.tt_flags(Handle, out int flags)); return (flags & 1) != 0; }
        public bool is_contiguous() => Kept(Native.tt_is_contiguous(Handle)) != 0;
        public bool is_floating_point() => torch.is_floating_point(dtype);
        public bool is_integral() => torch.is_integral(dtype);
        public long storage_offset() { Check(Native.tt_storage_offset(Handle, out long offset)); return offset; }

        internal nint Data { get { Check(Native.tt_data(Handle, out nint data)); return data; } }

        public Span<byte> bytes
        {
            get
            {
                if (!is_cpu()) throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
                if (!is_contiguous()) throw new InvalidOperationException("bytes() called on non-contiguous tensor.");
                long length = NumberOfElements * ElementSize;
                if (length > int.MaxValue) throw new ArgumentException("Span size cannot exceed int.MaxValue.");
                unsafe { return length == 0 ? default : new Span<byte>((void*)Data, (int)length); }
            }
            set
            {
                Span<byte> memory = bytes;
                if (value.Length != memory.Length) throw new ArgumentException("Tensor data and source array must be the same size.");
                value.CopyTo(memory);
            }
        }

        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireType<T>();
            return new TensorAccessor<T>(this);
        }

        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1) throw new ArgumentException($"item() can only be called on tensors with a single element, not {NumberOfElements}.");
            RequireType<T>();
            if (is_cpu()) unsafe { T value = *(T*)Data; GC.KeepAlive(this); return value; }
            using Tensor here = cpu();
            unsafe { return *(T*)here.Data; }
        }

        private void RequireType<T>()
        {
            if (Types.Of<T>() != dtype) throw new ArgumentException($"Cannot access tensor of type {dtype} as {typeof(T).Name}.");
        }

        public Scalar ToScalar()
        {
            if (NumberOfElements != 1) throw new ArgumentException("Number of elements in the tensor must be 1");
            using DisposeScope scope = NewDisposeScope();
            ScalarType type = dtype;
            if (type == ScalarType.Bool) return cpu().item<bool>();
            return torch.is_integral(type) ? to_type(ScalarType.Int64).cpu().item<long>() : to_type(ScalarType.Float64).cpu().item<double>();
        }

        public bool requires_grad
        {
            get => Kept(Native.tt_requires_grad(Handle)) != 0;
            set { if (!value && !is_leaf) return; Check(Native.tt_set_requires_grad(Handle, value ? 1 : 0)); }
        }

        public bool is_leaf { get { Check(Native.tt_is_leaf(Handle, out int leaf)); return leaf != 0; } }
        public Tensor requires_grad_(bool requires_grad = true) { this.requires_grad = requires_grad; return this; }
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);
        public void retain_grad() => Check(Native.tt_retain_grad(Handle));

        public Tensor? grad
        {
            get { Check(Native.tt_grad(Handle, out nint gradient)); return gradient == 0 ? null : Own(gradient); }
            set { Check(Native.tt_set_grad(Handle, value is null ? 0 : value.Handle)); GC.KeepAlive(value); }
        }

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors!, retain_graph, create_graph, inputs!);

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);
        public bool Equals(Tensor target) => Op.True("aten::equal", this, target);
        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
        public bool allclose(Tensor target, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) => Op.True("aten::allclose", this, target, rtol, atol, equal_nan);
        public override string ToString() => IsInvalid ? "[disposed]" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            Tensor moved = Op.Call("aten::to.device", this, device, type, non_blocking, copy);
            if (disposeAfter) Dispose();
            return moved;
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to_type(type, copy, disposeAfter, non_blocking);
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(dtype, device, copy, disposeAfter, non_blocking);
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(new Device(device), copy, disposeAfter, non_blocking);
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            Tensor cast = Op.Call("aten::to.dtype", this, type, non_blocking, copy);
            if (disposeAfter) Dispose();
            return cast;
        }

        public Tensor type(ScalarType dtype) => to_type(dtype);
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);
        public Tensor cpu() => to(CPU);
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(torch.device(device?.ToString() ?? "cuda"), non_blocking: non_blocking);
        public Tensor @float() => to_type(ScalarType.Float32);
        public Tensor @double() => to_type(ScalarType.Float64);
        public Tensor half() => to_type(ScalarType.Float16);
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);
        public Tensor @long() => to_type(ScalarType.Int64);
        public Tensor @int() => to_type(ScalarType.Int32);
        public Tensor @short() => to_type(ScalarType.Int16);
        public Tensor @byte() => to_type(ScalarType.Byte);
        public Tensor @char() => to_type(ScalarType.Int8);
        public Tensor @bool() => to_type(ScalarType.Bool);
        public Tensor contiguous() => Op.Call("aten::contiguous", this);
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Op.InPlace(this, "aten::copy_", this, source, nonBlocking);
    }
}
