using TTame.Core.Primitives;

namespace TTame.Core.Imaging.Formats;

/// <summary>The exceptions of the format readers, and the checks against <see cref="ImageLimits"/>.</summary>
internal static class Refusal
{
    internal static ImageContentException Truncated(string reason) => new(ImageCodes.Truncated, reason);

    internal static ImageContentException Corrupt(string reason) => new(ImageCodes.Corrupt, reason);

    internal static ImageContentException UnsupportedFormat(string reason) => new(ImageCodes.UnsupportedFormat, reason);

    internal static ImageContentException UnsupportedColour(string reason) => new(ImageCodes.UnsupportedColour, reason);

    /// <summary>Refuses empty sides and more pixels than allowed.</summary>
    internal static void RequirePixels(string format, long width, long height, ImageLimits limits)
    {
        if (width <= 0 || height <= 0) throw Corrupt($"The {format} header gives a size of {width}×{height}.");
        // The sides are below 2³², so that their product fits the 128 bits.
        if ((Int128)width * height > limits.MaxPixels)
            throw new ImageContentException(ImageCodes.TooManyPixels, $"The {format} header gives {width}×{height} pixels; at most {limits.MaxPixels:N0} are read.");
        if (width > int.MaxValue || height > int.MaxValue) throw Corrupt($"The {format} header gives a size of {width}×{height}.");
    }

    internal static void RequireFrames(string format, long frames, ImageLimits limits)
    {
        if (frames > limits.MaxFrames)
            throw new ImageContentException(ImageCodes.TooManyFrames, $"The {format} file has {(frames == limits.MaxFrames + 1L ? "more than " + limits.MaxFrames : frames)} frames; at most {limits.MaxFrames:N0} are accepted.");
    }
}
