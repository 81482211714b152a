namespace TTame.Core.Imaging.Formats;

/// <summary>Puts a first frame that is not the whole screen in its place.</summary>
internal static class FramePlacement
{
    /// <summary>The screen, white where the frame leaves it bare; what of the frame lies outside is cut off.</summary>
    internal static RgbImage OnScreen(RgbImage frame, EncodedPicture picture)
    {
        var (left, top, _, _) = picture.Frame;
        if ((left, top, frame.Width, frame.Height) == (0, 0, picture.Width, picture.Height)) return frame;
        RgbImage screen = new(picture.Width, picture.Height);
        Array.Fill(screen.Pixels, byte.MaxValue);
        int columns = Math.Min(frame.Width, picture.Width - left), rows = Math.Min(frame.Height, picture.Height - top);
        for (int y = 0; y < rows && columns > 0; y++)
            frame.Row(y)[..(columns * RgbImage.Channels)].CopyTo(screen.Pixels.AsSpan(((top + y) * screen.Stride) + (left * RgbImage.Channels)));
        return screen;
    }
}
