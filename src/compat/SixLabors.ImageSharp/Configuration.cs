using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;

namespace SixLabors.ImageSharp;

public interface IImageFormatConfigurationModule
{
    void Configure(Configuration configuration);
}

public sealed class Configuration
{
    private readonly List<IImageFormat> _formats = [];

    public Configuration()
    {
    }

    public Configuration(params IImageFormatConfigurationModule[] configurationModules)
    {
        foreach (var module in configurationModules) module.Configure(this);
    }

    public static Configuration Default { get; } = new(
        new PngConfigurationModule(),
        new JpegConfigurationModule(),
        new GifConfigurationModule(),
        new TiffConfigurationModule(),
        new WebpConfigurationModule());

    public MemoryAllocator MemoryAllocator { get; set; } = MemoryAllocator.Default;

    public IEnumerable<IImageFormat> ImageFormats => _formats;

    internal void Add(IImageFormat format)
    {
        if (!_formats.Contains(format)) _formats.Add(format);
    }
}
