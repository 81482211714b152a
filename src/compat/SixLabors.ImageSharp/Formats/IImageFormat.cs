namespace SixLabors.ImageSharp.Formats;

public interface IImageFormat
{
    string Name { get; }

    string DefaultMimeType { get; }

    IEnumerable<string> MimeTypes { get; }

    IEnumerable<string> FileExtensions { get; }
}

/// <summary>What the stand-in must know of a format to read it with libvips.</summary>
internal interface IVipsFormat : IImageFormat
{
    string Loader { get; }

    IReadOnlyList<(string Name, string Value)> LoaderOptions { get; }

    bool Recognises(ReadOnlySpan<byte> file);
}
