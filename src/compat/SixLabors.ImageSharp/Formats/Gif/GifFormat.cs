namespace SixLabors.ImageSharp.Formats.Gif;

public sealed class GifConfigurationModule : IImageFormatConfigurationModule
{
    public void Configure(Configuration configuration) => configuration.Add(GifFormat.Instance);
}

public sealed class GifFormat : IImageFormat, IVipsFormat
{
    private GifFormat()
    {
    }

    public static GifFormat Instance { get; } = new();

    public string Name => "GIF";

    public string DefaultMimeType => "image/gif";

    public IEnumerable<string> MimeTypes => ["image/gif"];

    public IEnumerable<string> FileExtensions => ["gif"];

    string IVipsFormat.Loader => "gifload_buffer";

    IReadOnlyList<(string Name, string Value)> IVipsFormat.LoaderOptions { get; } = [("fail_on", "error")];

    bool IVipsFormat.Recognises(ReadOnlySpan<byte> file) => file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8);
}
