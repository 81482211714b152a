namespace SixLabors.ImageSharp.Formats.Png;

public sealed class PngConfigurationModule : IImageFormatConfigurationModule
{
    public void Configure(Configuration configuration) => configuration.Add(PngFormat.Instance);
}

public sealed class PngFormat : IImageFormat, IVipsFormat
{
    private PngFormat()
    {
    }

    public static PngFormat Instance { get; } = new();

    public string Name => "PNG";

    public string DefaultMimeType => "image/png";

    public IEnumerable<string> MimeTypes => ["image/png", "image/apng"];

    public IEnumerable<string> FileExtensions => ["png", "apng"];

    string IVipsFormat.Loader => "pngload_buffer";

    IReadOnlyList<(string Name, string Value)> IVipsFormat.LoaderOptions { get; } = [("fail_on", "error")];

    bool IVipsFormat.Recognises(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
}
