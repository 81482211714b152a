using System.Buffers;
using System.IO.Compression;

namespace TTame.Core.Imaging.Formats;

/// <summary>Counts what zlib data holds, without keeping it.</summary>
internal static class Inflation
{
    private const int BufferLength = 1 << 16;

    /// <summary>Refuses data that hold fewer bytes than <paramref name="expected"/>; never inflates more than that and one buffer.</summary>
    internal static void RequireLength(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long expected, string what, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            using PiecesStream source = new(pieces);
            using ZLibStream inflater = new(source, CompressionMode.Decompress);
            long got = 0;
            while (got < expected)
            {
                cancellation.ThrowIfCancellationRequested();
                int read = inflater.Read(buffer, 0, BufferLength);
                if (read == 0) throw Refusal.Truncated($"{what} holds {got} bytes of pixels; its header asks for {expected}.");
                got += read;
            }

            if (got == expected) _ = inflater.Read(buffer, 0, 1);      // the check sum stands behind the last byte
        }
        catch (InvalidDataException damage)
        {
            throw Refusal.Corrupt($"{what} can't be inflated: {damage.Message}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>Pieces of a file as one stream.</summary>
internal sealed class PiecesStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces) : Stream
{
    private int _piece;
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_piece < pieces.Count && _at == pieces[_piece].Length)
        {
            _piece++;
            _at = 0;
        }

        if (_piece == pieces.Count) return 0;
        var rest = pieces[_piece].Span[_at..];
        if (rest.Length > buffer.Length) rest = rest[..buffer.Length];
        rest.CopyTo(buffer);
        _at += rest.Length;
        return rest.Length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
