using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Weights;

/// <summary>NumPy's <c>.npy</c>: one array, little-endian, C order.</summary>
public static partial class Npy
{
    private const int LargestHeader = 1 << 20;

    private static readonly (string Code, ScalarType Type)[] Types =
    [
        ("<f4", ScalarType.Float32), ("<f8", ScalarType.Float64), ("<f2", ScalarType.Float16), ("|u1", ScalarType.Byte), ("|i1", ScalarType.Int8),
        ("<i2", ScalarType.Int16), ("<i4", ScalarType.Int32), ("<i8", ScalarType.Int64), ("|b1", ScalarType.Bool),
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>On the host; owned by the caller.</returns>
    /// <exception cref="WeightsException">It is no such file, in Fortran or big-endian order, of another dtype, or its size is not what its header says.</exception>
    public static Tensor Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">Left open. It must be able to seek: its length is checked before memory is taken.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>On the host; owned by the caller.</returns>
    /// <exception cref="WeightsException">It is no such file, in Fortran or big-endian order, of another dtype, or its size is not what its header says.</exception>
    public static Tensor Read(Stream stream, string name)
    {
        string header = ReadHeader(stream, name);
        Match match = HeaderPattern().Match(header);
        if (!match.Success) throw new WeightsException(name, null, "an npy header with descr, fortran_order False and shape", header.Trim());
        (string code, ScalarType type) = Types.FirstOrDefault(known => known.Code == match.Groups["descr"].Value);
        if (code is null) throw new WeightsException(name, null, $"a dtype among {string.Join(", ", Types.Select(known => known.Code))}", match.Groups["descr"].Value);
        long[] shape = [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(size => ParseSize(size, name))];
        long bytes = TensorBytes.Count(shape, type.ElementSize(), name, "array");
        if (stream.Length - stream.Position != bytes)
            throw new WeightsException(name, null, $"{bytes} bytes for {code} {Primitives.Shape.Text(shape)}", $"{stream.Length - stream.Position}");
        return TensorBytes.Read(stream, type, shape, name, "array");
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Replaced where it exists.</param>
    /// <param name="tensor">Any device and layout.</param>
    public static void Write(string path, Tensor tensor)
    {
        using FileStream stream = File.Create(path);
        Write(stream, tensor);
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">Left open.</param>
    /// <param name="tensor">Any device and layout.</param>
    /// <exception cref="ArgumentException">NumPy has no such dtype.</exception>
    public static void Write(Stream stream, Tensor tensor)
    {
        (string code, _) = Types.FirstOrDefault(known => known.Type == tensor.dtype);
        WriteHeader(stream, code ?? throw new ArgumentException($"NumPy has no dtype {tensor.dtype}.", nameof(tensor)), tensor.shape);
        TensorBytes.Write(tensor, stream);
    }

    /// <summary>Writes float32 values that are no tensor.</summary>
    /// <param name="stream">Left open.</param>
    /// <param name="values">In C order.</param>
    /// <param name="shape">Their product is the number of values.</param>
    /// <exception cref="ShapeException">It is not.</exception>
    public static void Write(Stream stream, ReadOnlySpan<float> values, params long[] shape)
    {
        if (shape.Aggregate(1L, (a, b) => a * b) != values.Length) throw new ShapeException(nameof(shape), $"{values.Length} values", Primitives.Shape.Text(shape));
        WriteHeader(stream, "<f4", shape);
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    private static string ReadHeader(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        int read = stream.ReadAtLeast(start, 12, throwOnEndOfStream: false);
        if (read < 12 || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
            throw new WeightsException(name, null, "an npy file", "another signature");
        bool wide = start[6] >= 2;                                                 // version 1 counts the header in two bytes, later ones in four
        uint length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (length > LargestHeader || length < 2) throw new WeightsException(name, null, $"an npy header of 2 to {LargestHeader} bytes", $"{length} announced");
        byte[] header = new byte[length];
        int carried = wide ? 0 : 2;
        start.Slice(10, carried).CopyTo(header);
        if (stream.ReadAtLeast(header.AsSpan(carried), header.Length - carried, throwOnEndOfStream: false) < header.Length - carried)
            throw new WeightsException(name, null, $"an npy header of {length} bytes", "the end of the file");
        return Encoding.Latin1.GetString(header);
    }

    private static long ParseSize(string text, string name)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : throw new WeightsException(name, null, "a shape of whole numbers", text);

    private static void WriteHeader(Stream stream, string code, long[] shape)
    {
        string tuple = shape.Length == 1 ? $"({shape[0]},)" : Primitives.Shape.Text(shape);
        string text = $"{{'descr': '{code}', 'fortran_order': False, 'shape': {tuple}, }}";
        int padded = (10 + text.Length + 1 + 63) / 64 * 64 - 10;                   // data starts at a multiple of 64
        byte[] header = new byte[10 + padded];
        header[0] = 0x93;
        "NUMPY"u8.CopyTo(header.AsSpan(1));
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)padded);
        Encoding.Latin1.GetBytes(text.PadRight(padded - 1) + "\n").CopyTo(header, 10);
        stream.Write(header);
    }

    [GeneratedRegex(@"^\{(?=.*'descr':\s*'(?<descr>[^']+)')(?=.*'fortran_order':\s*False)(?=.*'shape':\s*\((?<shape>[0-9,\s]*)\))", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderPattern();
}
