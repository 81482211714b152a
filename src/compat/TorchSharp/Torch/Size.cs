using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    public struct Size : IEnumerable<long>
    {
        private readonly long[] shape;

        public Size(long[] shape) => this.shape = shape;
        public Size(IEnumerable<long> shape) => this.shape = [.. shape];
        public Size(long size) => shape = [size];

        public readonly long[] Shape => shape ?? [];
        public readonly int Length => Shape.Length;
        public readonly long this[int idx] => Shape[idx];
        public readonly long numel() { long count = 1; foreach (long length in Shape) count *= length; return count; }

        public static implicit operator Size(long size) => new(size);
        public static implicit operator Size(long[] size) => new(size);
        public static implicit operator Size((long, long) size) => new([size.Item1, size.Item2]);
        public static implicit operator Size((long, long, long) size) => new([size.Item1, size.Item2, size.Item3]);
        public static implicit operator Size((long, long, long, long) size) => new([size.Item1, size.Item2, size.Item3, size.Item4]);

        public readonly IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shape).GetEnumerator();
        readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    public static Tensor randint(long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(low, high, size.Shape, dtype, device, requires_grad, generator);
    public static Tensor randint(long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(0, high, size.Shape, dtype, device, requires_grad, generator);
}
