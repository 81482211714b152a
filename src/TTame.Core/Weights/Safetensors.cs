using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TorchSharp;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Core.Weights;

/// <summary>The safetensors format: eight bytes of header length, a JSON header, raw tensors. Nothing in it can be run.</summary>
public static class Safetensors
{
    /// <summary>The longest header that is read, in bytes (the format's own bound).</summary>
    public const int LargestHeader = 100_000_000;

    private const string MetadataKey = "__metadata__";

    private static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["BOOL"] = ScalarType.Bool, ["U8"] = ScalarType.Byte, ["I8"] = ScalarType.Int8, ["I16"] = ScalarType.Int16,
        ["I32"] = ScalarType.Int32, ["I64"] = ScalarType.Int64, ["F16"] = ScalarType.Float16, ["BF16"] = ScalarType.BFloat16,
        ["F32"] = ScalarType.Float32, ["F64"] = ScalarType.Float64,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its tensors, on the host.</returns>
    /// <exception cref="WeightsException">It is not in this format, truncated, or its header contradicts itself.</exception>
    public static StateDict Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a file and its hash, all of it once: what was hashed is what was read, and it is in memory once.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its tensors, on the host, and the file's SHA-256.</returns>
    /// <exception cref="WeightsException">It is not in this format, truncated, or its header contradicts itself.</exception>
    public static (StateDict Tensors, string Sha256) ReadHashed(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        StateDict tensors = ReadSeekable(stream, path, hash);
        return (tensors, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">Left open. Where it can't seek it is copied to memory first.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>Its tensors, on the host.</returns>
    /// <exception cref="WeightsException">It is not in this format, truncated, or its header contradicts itself.</exception>
    public static StateDict Read(Stream stream, string name)
    {
        if (stream.CanSeek) return ReadSeekable(stream, name);
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        copy.Position = 0;
        return ReadSeekable(copy, name);
    }

    /// <summary>Writes a file; a reader sees the earlier file or the whole new one.</summary>
    /// <param name="path">Replaced where it exists.</param>
    /// <param name="tensors">Any device and layout; written in the order of their names, so the same tensors are always the same bytes.</param>
    /// <param name="metadata">Texts to keep beside them.</param>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        string temporary = path + ".part";
        using (FileStream stream = File.Create(temporary)) Write(stream, tensors, metadata);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">Left open.</param>
    /// <param name="tensors">Any device and layout; written in the order of their names, so the same tensors are always the same bytes.</param>
    /// <param name="metadata">Texts to keep beside them.</param>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        KeyValuePair<string, Tensor>[] sorted = [.. tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        byte[] header = Header(sorted, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, Tensor tensor) in sorted) TensorBytes.Write(tensor, stream);
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] sorted, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, metadata);
            long offset = 0;
            foreach ((string name, Tensor tensor) in sorted)
            {
                long end = offset + tensor.NumberOfElements * tensor.ElementSize;
                json.WriteStartObject(name);
                json.WriteString("dtype", NameOf(tensor.dtype));
                json.WriteStartArray("shape");
                foreach (long size in tensor.shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');               // the format aligns the tensors
        return buffer.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(MetadataKey);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static string NameOf(ScalarType type)
        => Types.FirstOrDefault(pair => pair.Value == type).Key ?? throw new ArgumentException($"Safetensors has no dtype {type}.", nameof(type));

    private static StateDict ReadSeekable(Stream stream, string name, IncrementalHash? hash = null)
    {
        long start = stream.Position, total = stream.Length - start;
        if (total < 8) throw new WeightsException(name, null, "a safetensors file", $"{total} bytes");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > LargestHeader || (long)length > total - 8)
            throw new WeightsException(name, null, $"a safetensors header of 2 to {Math.Min(LargestHeader, total - 8)} bytes", $"{length} announced");
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        hash?.AppendData(prefix);
        hash?.AppendData(header);
        (List<Entry> entries, Dictionary<string, string> metadata) = Parse(header, name);
        CheckLayout(entries, total - 8 - (long)length, name);
        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        try
        {
            foreach (Entry entry in entries)                                       // ordered by offset, without gaps: one pass
            {
                Tensor read = tensors[entry.Name] = TensorBytes.Read(stream, entry.Type, entry.Shape, name, entry.Name);
                if (read.NumberOfElements > 0) hash?.AppendData(read.bytes);
            }
        }
        catch
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
            throw;
        }
        return new(name, tensors, metadata);
    }

    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) Parse(byte[] header, string file)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            List<Entry> entries = [];
            Dictionary<string, string> metadata = new(StringComparer.Ordinal);
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                    foreach (JsonProperty text in property.Value.EnumerateObject()) metadata[text.Name] = text.Value.GetString() ?? "";
                else
                    entries.Add(ParseEntry(property, file));
            }
            return (entries, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or DecoderFallbackException)
        {
            throw new WeightsException(file, null, "a safetensors header in JSON", e.Message);
        }
    }

    private static Entry ParseEntry(JsonProperty property, string file)
    {
        string type = property.Value.GetProperty("dtype").GetString() ?? "";
        if (!Types.TryGetValue(type, out ScalarType dtype))
            throw new WeightsException(file, property.Name, $"a dtype among {string.Join(", ", Types.Keys)}", type);
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets.Length != 2) throw new WeightsException(file, property.Name, "two data offsets", $"{offsets.Length}");
        long bytes = TensorBytes.Count(shape, dtype.ElementSize(), file, property.Name);
        if (offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] - offsets[0] != bytes)
            throw new WeightsException(file, property.Name, $"{bytes} bytes for {type} {Primitives.Shape.Text(shape)}", $"offsets {offsets[0]} to {offsets[1]}");
        return new(property.Name, dtype, shape, offsets[0], offsets[1]);
    }

    private static void CheckLayout(List<Entry> entries, long available, string file)
    {
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long at = 0;
        foreach (Entry entry in entries)
        {
            if (entry.Begin != at) throw new WeightsException(file, entry.Name, $"its data at offset {at}", $"{entry.Begin}: a gap or an overlap");
            at = entry.End;
        }
        if (at != available) throw new WeightsException(file, null, $"{at} bytes of tensors", $"{available}");
    }
}
