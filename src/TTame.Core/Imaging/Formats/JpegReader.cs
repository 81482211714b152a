namespace TTame.Core.Imaging.Formats;

/// <summary>Reads a JPEG's markers and checks that all of the picture is there, up to its own end-of-image marker.</summary>
/// <source>JPEG:Annex B</source>
internal sealed class JpegReader
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte Comment = 0xFE;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;
    private const byte App14 = 0xEE;
    private const byte App15 = 0xEF;
    private const int MostComponents = 4;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly ImageLimits _limits;
    private readonly CancellationToken _cancellation;
    private readonly JpegHuffman?[] _dc = new JpegHuffman?[4];
    private readonly JpegHuffman?[] _ac = new JpegHuffman?[4];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private JpegFrame? _frame;
    private int _restartInterval;
    private int? _orientation;
    private bool _hasProfile;
    private bool _hasAdobe;

    private JpegReader(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellation)
    {
        _file = file;
        _limits = limits;
        _cancellation = cancellation;
    }

    internal static EncodedPicture Read(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellation)
        => new JpegReader(file, limits, cancellation).Read();

    private EncodedPicture Read()
    {
        var file = _file.Span;
        int at = 2;
        _pieces.Add(_file[..2]);
        while (true)
        {
            at = Marker(file, at, out byte marker);
            if (marker == EndOfImage) break;
            if (marker is 0x01 or (>= 0xD0 and <= 0xD8)) continue;       // markers without a length
            int start = at - 2, length = file.Big16(at);
            if (length < 2) throw Refusal.Corrupt($"A segment of the JPEG gives its length as {length}.");
            var segment = file.Part(at, length)[2..];
            at += length;
            Segment(marker, segment);
            if (marker == StartOfScan) at = Scan(segment, at);
            if (IsNeeded(marker, segment)) _pieces.Add(_file[start..at]);
        }

        if (_frame is not { } frame) throw Refusal.Truncated("The JPEG ends before its frame header.");
        frame.RequireComplete();
        _pieces.Add(new byte[] { 0xFF, EndOfImage });
        return new()
        {
            Format = "JPEG",
            Width = frame.Width,
            Height = frame.Height,
            Frame = new(0, 0, frame.Width, frame.Height),
            Pieces = _pieces,
            Orientation = _orientation ?? Orientation.Upright,
            HasColourProfile = _hasProfile,
        };
    }

    /// <summary>Finds the next marker, passing over what decoders pass over, and returns where it ends.</summary>
    private static int Marker(ReadOnlySpan<byte> file, int at, out byte marker)
    {
        while (true)
        {
            int found = at < file.Length ? file[at..].IndexOf((byte)0xFF) : -1;
            if (found < 0) throw Refusal.Truncated("The JPEG's file ends before its end-of-image marker.");
            at += found + 1;
            marker = file.Byte(at);
            if (marker is not (0x00 or 0xFF)) return at + 1;
        }
    }

    /// <summary>Applications' data and comments are not pixels; but for the two that say how colours are stored.</summary>
    private static bool IsNeeded(byte marker, ReadOnlySpan<byte> segment) => marker switch
    {
        App0 => segment.StartsWith("JFIF\0"u8),
        App14 => segment.StartsWith("Adobe"u8),
        Comment or (> App0 and <= App15) => false,
        _ => true,
    };

    private void Segment(byte marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case App1 when segment.StartsWith("Exif\0\0"u8):
                _orientation ??= ExifOrientation.Read(segment);
                break;
            case App2 when segment.StartsWith("ICC_PROFILE\0"u8):
                _hasProfile = true;
                break;
            case App14 when segment.StartsWith("Adobe"u8):
                _hasAdobe = true;
                break;
            case 0xC0 or 0xC1 or 0xC2:
                Frame(marker == 0xC2, segment);
                break;
            case 0xC4:
                Tables(segment);
                break;
            case 0xDD:
                _restartInterval = segment.Big16(0);
                break;
            case 0xC3 or 0xC7 or 0xCB or 0xCF:
                throw Refusal.UnsupportedFormat("The JPEG is lossless, which is not read.");
            case 0xC5 or 0xC6 or 0xDE:
                throw Refusal.UnsupportedFormat("The JPEG is hierarchical, which is not read.");
            case 0xC9 or 0xCA or 0xCC or 0xCD or 0xCE:
                throw Refusal.UnsupportedFormat("The JPEG is arithmetic-coded, which is not read.");
        }
    }

    private void Frame(bool isProgressive, ReadOnlySpan<byte> segment)
    {
        if (_frame is not null) throw Refusal.Corrupt("The JPEG has two frame headers.");
        int precision = segment.Byte(0), height = segment.Big16(1), width = segment.Big16(3), count = segment.Byte(5);
        if (precision != 8) throw Refusal.UnsupportedFormat($"The JPEG has {precision} bits a sample; 8 are read.");
        Refusal.RequirePixels("JPEG", width, height, _limits);
        if (count is not (1 or 3 or MostComponents)) throw Refusal.UnsupportedColour($"The JPEG has {count} components; 1, 3 and 4 are read.");
        JpegComponent[] components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            byte id = segment.Byte(6 + (3 * i)), sampling = segment.Byte(7 + (3 * i));
            int across = sampling >> 4, down = sampling & 15;
            if (across is < 1 or > 4 || down is < 1 or > 4) throw Refusal.Corrupt($"A component of the JPEG has the sampling {across}×{down}.");
            components[i] = new(id, across, down);
        }

        _frame = new(isProgressive, width, height, components);
    }

    private void Tables(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            int kind = segment.Byte(0);
            var counts = segment.Part(1, 16);
            int symbols = 0;
            foreach (byte count in counts) symbols += count;
            if ((kind & 15) > 3 || kind >> 4 > 1 || symbols > 256 || 17 + symbols > segment.Length) throw Refusal.Corrupt("A Huffman table of the JPEG is malformed.");
            (kind >> 4 == 0 ? _dc : _ac)[kind & 15] = new(counts, segment.Slice(17, symbols));
            segment = segment[(17 + symbols)..];
        }
    }

    private int Scan(ReadOnlySpan<byte> segment, int at)
    {
        var frame = _frame ?? throw Refusal.Corrupt("A scan of the JPEG stands before the frame header.");
        if (frame.Components.Count == MostComponents && !_hasAdobe)
            throw Refusal.UnsupportedColour("The JPEG has four components and no Adobe marker, so that it is not known what they mean.");
        var header = Header(frame, segment);
        int end = new JpegScan(frame, header, _restartInterval, _cancellation).Read(_file.Span, at);
        foreach (var component in header.Components)
            for (int k = header.First; k <= header.Last; k++)
                component.MissingPrecision[k] = (sbyte)header.Low;
        return end;
    }

    private JpegScanHeader Header(JpegFrame frame, ReadOnlySpan<byte> segment)
    {
        int count = segment.Byte(0);
        if (count is < 1 or > MostComponents || segment.Length < 4 + (2 * count)) throw Refusal.Corrupt($"A scan of the JPEG lists {count} components.");
        var components = new JpegComponent[count];
        var dc = new JpegHuffman?[count];
        var ac = new JpegHuffman?[count];
        int first = segment[1 + (2 * count)], last = segment[2 + (2 * count)], high = segment[3 + (2 * count)] >> 4, low = segment[3 + (2 * count)] & 15;
        if (!frame.IsProgressive) (first, last, high, low) = (0, JpegFrame.Coefficients - 1, 0, 0);
        if (last >= JpegFrame.Coefficients || first > last || (frame.IsProgressive && (first == 0) != (last == 0)) || (first > 0 && count > 1))
            throw Refusal.Corrupt($"A scan of the JPEG covers the coefficients {first} to {last} of {count} components.");
        for (int i = 0; i < count; i++)
        {
            byte id = segment[1 + (2 * i)], tables = segment[2 + (2 * i)];
            components[i] = frame.Components.FirstOrDefault(c => c.Id == id) ?? throw Refusal.Corrupt($"A scan of the JPEG names the component {id}, which the frame has not.");
            dc[i] = _dc[tables >> 4 & 3];
            ac[i] = _ac[tables & 3];
            bool needsDc = first == 0 && high == 0, needsAc = last > 0;
            if ((needsDc && dc[i] is null) || (needsAc && ac[i] is null)) throw Refusal.Corrupt("A scan of the JPEG uses a Huffman table that was not given.");
            if (frame.IsProgressive && last > 0) components[i].NonZero ??= new ulong[(long)components[i].StoredAcross * components[i].StoredDown];
        }

        return new(components, dc, ac, first, last, high, low);
    }
}
