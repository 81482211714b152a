namespace TTame.Core.Imaging.Formats;

/// <summary>Reads the first page of a TIFF and writes a plain TIFF of it alone for the decoder.</summary>
/// <source>TIFF6:§3-10, 18</source>
internal static class TiffReader
{
    private const ushort Width = 256, Height = 257, BitsPerSample = 258, Compression = 259, Photometric = 262, FillOrder = 266;
    private const ushort StripOffsets = 273, Samples = 277, RowsPerStrip = 278, StripLengths = 279, Planar = 284, Predictor = 317;
    private const ushort ColourMap = 320, TileWidth = 322, TileHeight = 323, TileOffsets = 324, TileLengths = 325;
    private const ushort ExtraSamples = 338, SampleFormat = 339, ColourProfile = 34675;
    private const int WhiteIsZero = 0, BlackIsZero = 1, Rgb = 2, Palette = 3;

    internal static EncodedPicture Read(ReadOnlyMemory<byte> memory, ImageLimits limits, CancellationToken cancellation)
    {
        TiffDirectory directory = new(memory);
        long width = directory.Value(Width, 0), height = directory.Value(Height, 0);
        Refusal.RequirePixels("TIFF", width, height, limits);
        int pages = directory.CountPages(limits.MaxFrames);
        Refusal.RequireFrames("TIFF", pages, limits);
        var layout = Layout(directory, (int)width, (int)height);
        var alpha = Colours(directory, layout);
        var strips = TiffStrips.Read(memory, directory, layout, cancellation);
        return new()
        {
            Format = "TIFF",
            Width = (int)width,
            Height = (int)height,
            Frame = new(0, 0, (int)width, (int)height),
            Pieces = Alone(directory, layout, alpha, strips),
            Orientation = Orientation.OrUpright((int)directory.Value(ExifOrientation.Tag, Orientation.Upright)),
            Alpha = alpha,
            HasColourProfile = directory.Has(ColourProfile),
            Frames = pages,
        };
    }

    private static TiffLayout Layout(TiffDirectory directory, int width, int height)
    {
        long[] bits = directory.Values(BitsPerSample);
        long samples = directory.Value(Samples, 1);
        if (samples is < 1 or > 4) throw Refusal.UnsupportedColour($"The TIFF has {samples} samples a pixel; 1 to 4 are read.");
        if (bits.Distinct().Count() > 1) throw Refusal.UnsupportedColour($"The TIFF's samples have {string.Join(", ", bits)} bits.");
        bool isTiled = directory.Has(TileOffsets);
        long blockWidth = isTiled ? directory.Value(TileWidth, 0) : width;
        long blockHeight = isTiled ? directory.Value(TileHeight, 0) : Math.Min(directory.Value(RowsPerStrip, height), height);
        if (blockWidth is < 1 or > int.MaxValue || blockHeight is < 1 or > int.MaxValue || blockWidth * blockHeight > int.MaxValue / 8)
            throw Refusal.Corrupt($"The TIFF's blocks are {blockWidth}×{blockHeight} pixels.");
        long planar = directory.Value(Planar, 1);
        if (planar is not (1 or 2)) throw Refusal.Corrupt($"The TIFF has the planar configuration {planar}.");
        return new(width, height, (int)samples, (int)(bits.Length > 0 ? bits[0] : 1), isTiled, (int)blockWidth, (int)blockHeight, planar == 2 && samples > 1);
    }

    private static AlphaKind Colours(TiffDirectory directory, TiffLayout layout)
    {
        long photometric = directory.Value(Photometric, -1);
        foreach (long format in directory.Values(SampleFormat))
            if (format is not (1 or 4))
                throw Refusal.UnsupportedColour(format == 3 ? "The TIFF's samples are floating-point numbers." : $"The TIFF's samples have the format {format}; unsigned whole numbers are read.");
        int colours = photometric switch
        {
            WhiteIsZero or BlackIsZero or Palette => 1,
            Rgb => 3,
            5 => throw Refusal.UnsupportedColour("The TIFF is CMYK."),
            6 => throw Refusal.UnsupportedFormat("The TIFF holds YCbCr (JPEG in TIFF), which is not read."),
            8 or 9 or 10 => throw Refusal.UnsupportedColour("The TIFF is CIE L*a*b*."),
            _ => throw Refusal.UnsupportedColour($"The TIFF has the colour model {photometric}; grey, RGB and palettes are read."),
        };
        bool areBitsRead = photometric switch
        {
            Rgb => layout.Bits is 8 or 16,
            Palette => layout.Bits is 1 or 2 or 4 or 8,
            _ => layout.Bits is 1 or 2 or 4 or 8 or 16,
        };
        if (!areBitsRead) throw Refusal.UnsupportedColour($"The TIFF has {layout.Bits} bits a sample.");
        int extra = layout.Samples - colours;
        if (extra == 0) return AlphaKind.None;
        if (extra != 1 || photometric is Palette or WhiteIsZero || layout.Bits < 8) throw Refusal.UnsupportedColour($"The TIFF has {layout.Samples} samples a pixel for {colours} colours.");
        return directory.Value(ExtraSamples, 0) switch
        {
            1 => AlphaKind.Premultiplied,
            2 => AlphaKind.Straight,
            _ => AlphaKind.Ignored,
        };
    }

    /// <summary>A file of the first page alone. Its extra sample, if any, is called straight opacity, so that a decoder hands over what is stored.</summary>
    private static List<ReadOnlyMemory<byte>> Alone(TiffDirectory directory, TiffLayout layout, AlphaKind alpha, IReadOnlyList<ReadOnlyMemory<byte>> strips)
    {
        TiffWriter writer = new(directory.IsLittle);
        writer.Add(Width, [layout.Width]);
        writer.Add(Height, [layout.Height]);
        writer.AddShorts(BitsPerSample, Enumerable.Repeat((long)layout.Bits, layout.Samples));
        foreach (ushort tag in (ReadOnlySpan<ushort>)[Compression, Photometric, Predictor, Planar])
            if (directory.Has(tag))
                writer.AddShorts(tag, [directory.Value(tag, 1)]);
        writer.AddShorts(Samples, [layout.Samples]);
        if (directory.Value(Photometric, -1) == Palette) writer.AddShorts(ColourMap, directory.Values(ColourMap));
        if (alpha != AlphaKind.None) writer.AddShorts(ExtraSamples, [2]);
        if (layout.IsTiled)
        {
            writer.Add(TileWidth, [layout.BlockWidth]);
            writer.Add(TileHeight, [layout.BlockHeight]);
        }
        else writer.Add(RowsPerStrip, [layout.BlockHeight]);
        return writer.Finish(layout.IsTiled ? TileOffsets : StripOffsets, layout.IsTiled ? TileLengths : StripLengths, strips);
    }

    /// <summary>The tags of where the blocks lie.</summary>
    internal static (ushort Offsets, ushort Lengths) BlockTags(TiffLayout layout) => layout.IsTiled ? (TileOffsets, TileLengths) : (StripOffsets, StripLengths);

    /// <summary>How the blocks are compressed.</summary>
    internal static long CompressionOf(TiffDirectory directory)
    {
        if (directory.Value(FillOrder, 1) != 1) throw Refusal.UnsupportedFormat("The TIFF's bits are in reverse order, which is not read.");
        return directory.Value(Compression, 1);
    }
}

/// <summary>How a TIFF page is laid out in strips or tiles.</summary>
internal sealed record TiffLayout(int Width, int Height, int Samples, int Bits, bool IsTiled, int BlockWidth, int BlockHeight, bool IsPlanar)
{
    internal int BlocksAcross => (Width + BlockWidth - 1) / BlockWidth;

    internal int BlocksDown => (Height + BlockHeight - 1) / BlockHeight;

    internal long Blocks => (long)BlocksAcross * BlocksDown * (IsPlanar ? Samples : 1);

    /// <summary>Bytes of block <paramref name="index"/> before compression; the last strip is shorter, the last tile is not.</summary>
    internal long BlockBytes(long index)
    {
        long rows = IsTiled ? BlockHeight : Math.Min(BlockHeight, Height - (index % BlocksDown * BlockHeight));
        return rows * ((((long)BlockWidth * Bits * (IsPlanar ? 1 : Samples)) + 7) / 8);
    }
}
