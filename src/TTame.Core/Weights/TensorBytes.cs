using System.Runtime.InteropServices;
using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Weights;

/// <summary>Tensors from and to little-endian, C-ordered bytes: what all weights files share.</summary>
internal static class TensorBytes
{
    /// <summary>The largest tensor that is read: a span can't hold more.</summary>
    public const long Largest = int.MaxValue;

    /// <summary>Bytes that <paramref name="shape"/> takes, or an error before anything is allocated.</summary>
    /// <param name="shape">Sizes, each checked to be non-negative.</param>
    /// <param name="elementSize">Bytes per element.</param>
    /// <param name="file">What errors call the file.</param>
    /// <param name="tensor">Its name.</param>
    public static long Count(IReadOnlyList<long> shape, int elementSize, string file, string tensor)
    {
        long bytes = elementSize;
        bool empty = false;
        foreach (long size in shape)
        {
            if (size < 0) throw new WeightsException(file, tensor, "sizes of 0 and more", Shape.Text(shape));
            if (size == 0) { empty = true; continue; }
            if (bytes > Largest / size) throw new WeightsException(file, tensor, $"at most {Largest} bytes", $"shape {Shape.Text(shape)}");
            bytes *= size;
        }
        return empty ? 0 : bytes;
    }

    /// <summary>Reads one tensor off a stream.</summary>
    /// <param name="stream">At the tensor's first byte.</param>
    /// <param name="dtype">Its dtype.</param>
    /// <param name="shape">Its shape, checked by <see cref="Count"/>.</param>
    /// <param name="file">What errors call the file.</param>
    /// <param name="name">Its name.</param>
    /// <returns>On the host, owned by the caller alone.</returns>
    public static Tensor Read(Stream stream, ScalarType dtype, long[] shape, string file, string name)
    {
        Tensor tensor = empty(shape, dtype: dtype).DetachFromDisposeScope();
        if (tensor.NumberOfElements == 0) return tensor;
        try
        {
            stream.ReadExactly(tensor.bytes);
            return tensor;
        }
        catch (EndOfStreamException)
        {
            tensor.Dispose();
            throw new WeightsException(file, name, $"{shape.Aggregate(1L, (a, b) => a * b) * dtype.ElementSize()} bytes", "the end of the file");
        }
    }

    /// <summary>Writes the elements in C order.</summary>
    /// <param name="tensor">Any device and layout.</param>
    /// <param name="stream">Left open.</param>
    public static void Write(Tensor tensor, Stream stream)
    {
        if (tensor.NumberOfElements == 0) return;
        using var scope = NewDisposeScope();
        stream.Write(tensor.detach().cpu().contiguous().bytes);
    }
}
