namespace TTame.Core.Imaging;

/// <summary>The stable codes with which a file is refused.</summary>
public static class ImageCodes
{
    /// <summary>The leading bytes belong to no picture format.</summary>
    public const string NotAnImage = "not_an_image";

    /// <summary>A format, or a variant of one, that is known but not read.</summary>
    public const string UnsupportedFormat = "unsupported_format";

    /// <summary>The file ends, or its data ends, before the picture does.</summary>
    public const string Truncated = "truncated";

    /// <summary>Complete, but damaged inside.</summary>
    public const string Corrupt = "corrupt";

    /// <summary>More bytes than <see cref="ImageLimits.MaxBytes"/>.</summary>
    public const string TooLarge = "too_large";

    /// <summary>More pixels than <see cref="ImageLimits.MaxPixels"/>, by its header.</summary>
    public const string TooManyPixels = "too_many_pixels";

    /// <summary>More frames than <see cref="ImageLimits.MaxFrames"/>.</summary>
    public const string TooManyFrames = "too_many_frames";

    /// <summary>A colour model without one agreed way to RGB.</summary>
    public const string UnsupportedColour = "unsupported_colour";

    /// <summary>Decoding took longer than <see cref="ImageLimits.DecodeTimeout"/>.</summary>
    public const string DecodeTimeout = "decode_timeout";
}
