using TTame.Core.Imaging;
using TTame.Core.Reports;

namespace TTame.Cli.Demo;

/// <summary>Pictures inside a page, so that the page is one file: upright, no larger than a screen shows them.</summary>
internal static class EmbeddedPicture
{
    private const int ShorterSide = 480;               // pixels; a picture on the page is narrower even on a dense screen
    private const int Quality = 88;

    /// <summary>The picture as a data URI; width and height are those of the whole picture.</summary>
    public static GalleryPicture Of(ReadOnlyMemory<byte> file)
    {
        var picture = ImageDecoder.Decode(file, ImageLimits.Default).Image;
        var small = Math.Min(picture.Width, picture.Height) > ShorterSide ? Preprocessing.ResizeShorterSide(picture, ShorterSide) : picture;
        using var jpeg = new MemoryStream();
        ImageWriter.WriteJpeg(small, jpeg, Quality);
        return new($"data:image/jpeg;base64,{Convert.ToBase64String(jpeg.GetBuffer(), 0, (int)jpeg.Length)}", picture.Width, picture.Height);
    }
}
