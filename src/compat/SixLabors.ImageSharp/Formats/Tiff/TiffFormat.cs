namespace SixLabors.ImageSharp.Formats.Tiff;

public sealed class TiffConfigurationModule : IImageFormatConfigurationModule
{
    public void Configure(Configuration configuration) => configuration.Add(TiffFormat.Instance);
}

public sealed class TiffFormat : IImageFormat, IVipsFormat
{
    private TiffFormat()
    {
    }

    public static TiffFormat Instance { get; } = new();

    public string Name => "TIFF";

    public string DefaultMimeType => "image/tiff";

    public IEnumerable<string> MimeTypes => ["image/tiff", "image/tiff-fx"];

    public IEnumerable<string> FileExtensions => ["tiff", "tif"];

    string IVipsFormat.Loader => "tiffload_buffer";

    IReadOnlyList<(string Name, string Value)> IVipsFormat.LoaderOptions { get; } = [("fail_on", "error"), ("autorotate", "false")];

    bool IVipsFormat.Recognises(ReadOnlySpan<byte> file) => file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8);
}
