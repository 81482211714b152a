namespace SixLabors.ImageSharp.Formats.Jpeg;

public sealed class JpegConfigurationModule : IImageFormatConfigurationModule
{
    public void Configure(Configuration configuration) => configuration.Add(JpegFormat.Instance);
}

public sealed class JpegFormat : IImageFormat, IVipsFormat
{
    private JpegFormat()
    {
    }

    public static JpegFormat Instance { get; } = new();

    public string Name => "JPEG";

    public string DefaultMimeType => "image/jpeg";

    public IEnumerable<string> MimeTypes => ["image/jpeg", "image/pjpeg"];

    public IEnumerable<string> FileExtensions => ["jpg", "jpeg", "jfif"];

    string IVipsFormat.Loader => "jpegload_buffer";

    IReadOnlyList<(string Name, string Value)> IVipsFormat.LoaderOptions { get; } = [("fail_on", "none"), ("autorotate", "false")];

    bool IVipsFormat.Recognises(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);
}
