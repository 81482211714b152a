using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Native;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

public abstract class Image : IDisposable
{
    private bool _isDisposed;

    internal Image(Configuration configuration, int width, int height)
    {
        Configuration = configuration;
        Width = width;
        Height = height;
    }

    public int Width { get; }

    public int Height { get; }

    public Size Size => new(Width, Height);

    public Configuration Configuration { get; }

    public ImageMetadata Metadata { get; internal set; } = new();

    public static Image<TPixel> Load<TPixel>(ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(DecoderOptions.Default, data);

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        RequireBytes(data);
        return Decoding.Load<TPixel>(options, data, CancellationToken.None);
    }

    public static Image<TPixel> Load<TPixel>(Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(DecoderOptions.Default, stream);

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Decoding.Load<TPixel>(options, Rest(stream), CancellationToken.None);

    public static Image<TPixel> Load<TPixel>(string path)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(DecoderOptions.Default, path);

    public static Image<TPixel> Load<TPixel>(DecoderOptions options, string path)
        where TPixel : unmanaged, IPixel<TPixel> => Decoding.Load<TPixel>(options, File.ReadAllBytes(path), CancellationToken.None);

    public static Task<Image<TPixel>> LoadAsync<TPixel>(Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel> => LoadAsync<TPixel>(DecoderOptions.Default, stream, cancellationToken);

    public static async Task<Image<TPixel>> LoadAsync<TPixel>(DecoderOptions options, Stream stream, CancellationToken cancellationToken = default)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (cancellationToken.IsCancellationRequested) throw new TaskCanceledException();
        using MemoryStream file = new();
        await stream.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        try
        {
            return Decoding.Load<TPixel>(options, file.GetBuffer().AsSpan(0, (int)file.Length), cancellationToken);
        }
        catch (OperationCanceledException stopped)
        {
            throw new TaskCanceledException(stopped.Message, stopped, cancellationToken);
        }
    }

    public static ImageInfo Identify(ReadOnlySpan<byte> buffer) => Identify(DecoderOptions.Default, buffer);

    public static ImageInfo Identify(DecoderOptions options, ReadOnlySpan<byte> buffer)
    {
        RequireBytes(buffer);
        return Decoding.Identify(options, buffer);
    }

    public static ImageInfo Identify(Stream stream) => Identify(DecoderOptions.Default, stream);

    public static ImageInfo Identify(DecoderOptions options, Stream stream) => Decoding.Identify(options, Rest(stream));

    public static IImageFormat DetectFormat(ReadOnlySpan<byte> buffer) => DetectFormat(DecoderOptions.Default, buffer);

    public static IImageFormat DetectFormat(DecoderOptions options, ReadOnlySpan<byte> buffer)
    {
        RequireBytes(buffer);
        return Decoding.Detect(options, buffer);
    }

    public static Image<TPixel> LoadPixelData<TPixel>(ReadOnlySpan<TPixel> data, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Image<TPixel> image = new(width, height);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.Length, image.Pixels.Length, nameof(data));
        data[..image.Pixels.Length].CopyTo(image.Pixels);
        return image;
    }

    public static Image<TPixel> LoadPixelData<TPixel>(ReadOnlySpan<byte> data, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
        => LoadPixelData(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, TPixel>(data), width, height);

    public void Save(Stream stream, IImageEncoder encoder)
    {
        RequireAlive();
        ArgumentNullException.ThrowIfNull(stream);
        if (encoder is not IVipsEncoder known)
            throw new NotSupportedException("The stand-in for SixLabors.ImageSharp writes with PngEncoder and JpegEncoder.");
        known.Write(this, stream);
    }

    public void Dispose()
    {
        _isDisposed = true;
        Release();
        GC.SuppressFinalize(this);
    }

    internal abstract Encoding.Source Open();

    internal void RequireAlive() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    private protected abstract void Release();

    private static void RequireBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) throw new ArgumentNullException("pointer");
    }

    private static byte[] Rest(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream file = new();
        stream.CopyTo(file);
        return file.ToArray();
    }
}
