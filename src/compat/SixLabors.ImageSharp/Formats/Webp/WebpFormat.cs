namespace SixLabors.ImageSharp.Formats.Webp;

public sealed class WebpConfigurationModule : IImageFormatConfigurationModule
{
    public void Configure(Configuration configuration) => configuration.Add(WebpFormat.Instance);
}

public sealed class WebpFormat : IImageFormat, IVipsFormat
{
    private WebpFormat()
    {
    }

    public static WebpFormat Instance { get; } = new();

    public string Name => "Webp";

    public string DefaultMimeType => "image/webp";

    public IEnumerable<string> MimeTypes => ["image/webp"];

    public IEnumerable<string> FileExtensions => ["webp"];

    string IVipsFormat.Loader => "webpload_buffer";

    IReadOnlyList<(string Name, string Value)> IVipsFormat.LoaderOptions { get; } = [("fail_on", "error")];

    bool IVipsFormat.Recognises(ReadOnlySpan<byte> file) => file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);
}
