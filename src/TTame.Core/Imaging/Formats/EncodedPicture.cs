namespace TTame.Core.Imaging.Formats;

/// <summary>A file's first picture: what its headers say, and the bytes that its pixels need.</summary>
/// <remarks>A decoder is given those bytes only: no metadata, nothing of later frames, nothing behind the picture's end.</remarks>
internal sealed record EncodedPicture
{
    public required string Format { get; init; }

    /// <summary>Columns of the picture (of the screen, where a first frame covers only a part of it).</summary>
    public required int Width { get; init; }

    /// <summary>Rows of the picture.</summary>
    public required int Height { get; init; }

    /// <summary>The part of the picture that the first frame covers; the rest is white.</summary>
    public required FrameArea Frame { get; init; }

    /// <summary>A complete file of that frame alone, in pieces.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Pieces { get; init; }

    public int Orientation { get; init; } = Imaging.Orientation.Upright;

    public AlphaKind Alpha { get; init; }

    public bool HasColourProfile { get; init; }

    public int Frames { get; init; } = 1;

    /// <summary>The code to give where a decoder refuses a file in which the reader found nothing wrong.</summary>
    public string CodeOfFailure { get; init; } = ImageCodes.Corrupt;

    public ImageFacts Facts => new(Format, Width, Height, Orientation, Alpha is AlphaKind.Straight or AlphaKind.Premultiplied, HasColourProfile, Frames);
}

/// <summary>Where a frame lies on its screen.</summary>
internal readonly record struct FrameArea(int Left, int Top, int Width, int Height);

/// <summary>What a fourth channel means.</summary>
internal enum AlphaKind
{
    None,

    /// <summary>Opacity; colours are as they are seen.</summary>
    Straight,

    /// <summary>Opacity; colours are already multiplied with it.</summary>
    Premultiplied,

    /// <summary>Something else, not to be looked at.</summary>
    Ignored,
}
