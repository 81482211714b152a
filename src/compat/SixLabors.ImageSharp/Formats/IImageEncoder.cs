namespace SixLabors.ImageSharp.Formats;

public interface IImageEncoder
{
    bool SkipMetadata { get; init; }
}

internal interface IVipsEncoder
{
    void Write(Image image, Stream target);
}
