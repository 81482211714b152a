using System.Text;
using System.Text.Json;

namespace TTame.Core.Evaluation;

/// <summary>The first line of a record file: of what it holds the records.</summary>
/// <param name="Format">Version of the layout.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="ModelSha256">Hash of the backbone; where an explainer reads the attention, of both.</param>
/// <param name="ListSha256">Fingerprint of the image list.</param>
/// <param name="Settings">What else of the plan enters a record, as text.</param>
internal sealed record RecordHeader(int Format, string Model, string ModelSha256, string ListSha256, string Settings);

/// <summary>Per-image records as JSON lines, written as they come: a killed evaluation goes on from what is there.</summary>
internal sealed class RecordFile : IDisposable
{
    private readonly FileStream stream;

    /// <summary>Opens or begins a file.</summary>
    /// <param name="path">Made where it does not exist.</param>
    /// <param name="header">What it must be of.</param>
    /// <exception cref="ArgumentException">The file is of another model, list or plan, or is no record file.</exception>
    public RecordFile(string path, RecordHeader header)
    {
        stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            Records = ReadAll(path, header);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>What was there when the file was opened.</summary>
    public IReadOnlyList<ImageRecord> Records { get; }

    /// <summary>Adds records and flushes them to the operating system.</summary>
    public void Append(IEnumerable<ImageRecord> records)
    {
        foreach (ImageRecord record in records) Write(JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.ImageRecord));
        stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    // A line that a kill cut off has no line feed: it is cut away, and its images are measured again.
    private List<ImageRecord> ReadAll(string path, RecordHeader header)
    {
        List<ImageRecord> records = [];
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        int end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        stream.SetLength(end);
        stream.Position = end;
        string[] lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            Write(JsonSerializer.SerializeToUtf8Bytes(header, RecordJson.Default.RecordHeader));
            return records;
        }
        try
        {
            if (JsonSerializer.Deserialize(lines[0], RecordJson.Default.RecordHeader) != header)
                throw new ArgumentException($"'{path}' holds records of another model, image list or plan. Remove it, or name another file.", nameof(path));
            foreach (string line in lines.AsSpan(1)) records.Add(JsonSerializer.Deserialize(line, RecordJson.Default.ImageRecord)!);
        }
        catch (JsonException broken)
        {
            throw new ArgumentException($"'{path}' is no file of evaluation records: {broken.Message} Remove it, or name another file.", nameof(path), broken);
        }
        return records;
    }

    private void Write(byte[] json)
    {
        stream.Write(json);
        stream.WriteByte((byte)'\n');
    }
}
