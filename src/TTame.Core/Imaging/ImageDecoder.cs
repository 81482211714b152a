using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;
using TTame.Core.Imaging.Formats;
using TTame.Core.Primitives;

namespace TTame.Core.Imaging;

/// <summary>From a file's bytes to the picture that a viewer shows.</summary>
/// <remarks>
/// The headers are read here, by signature: every limit holds before a decoder runs and before memory for pixels is taken. The decoder then
/// is given the first picture's own bytes alone; metadata, later frames and whatever follows never reach it. ICC profiles are not applied, as
/// in torchvision; they are recorded. Transparent pixels are laid over white. The EXIF orientation is applied.
/// </remarks>
public static class ImageDecoder
{
    private const int AllocationLimitMegabytes = 1024;

    private static readonly DecoderOptions s_options = new()
    {
        SkipMetadata = true,
        MaxFrames = 1,
        Configuration = new(
            new JpegConfigurationModule(),
            new PngConfigurationModule(),
            new WebpConfigurationModule(),
            new GifConfigurationModule(),
            new TiffConfigurationModule())
        {
            MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = AllocationLimitMegabytes }),
        },
    };

    /// <summary>Decodes the first picture of a JPEG, PNG, WebP, GIF or TIFF.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="ct">Stops the decode.</param>
    /// <exception cref="ImageContentException">The file can't be explained; its code is one of <see cref="ImageCodes"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public static DecodedImage Decode(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (file.Length > limits.MaxBytes)
            throw new ImageContentException(ImageCodes.TooLarge, $"The file has {file.Length:N0} bytes; at most {limits.MaxBytes:N0} are read.");
        var format = Signature.Of(file.Span);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        stop.CancelAfter(limits.DecodeTimeout);
        try
        {
            // A thread of its own: a decoder that hangs is left behind, and a busy thread pool can't make a decode look slow.
            return Task.Factory.StartNew(() => Read(format, file, limits, stop.Token), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ImageContentException(ImageCodes.DecodeTimeout, $"The file was not decoded within {limits.DecodeTimeout.TotalSeconds:0.###} seconds.");
        }
    }

    /// <summary>What the file's headers say, without decoding pixels; the same checks as <see cref="Decode"/> makes before a decoder runs.</summary>
    private static EncodedPicture Inspect(PictureFormat format, ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellation) => format switch
    {
        PictureFormat.Jpeg => JpegReader.Read(file, limits, cancellation),
        PictureFormat.Png => PngReader.Read(file, limits, cancellation),
        PictureFormat.WebP => WebpReader.Read(file, limits, cancellation),
        PictureFormat.Gif => GifReader.Read(file, limits, cancellation),
        _ => TiffReader.Read(file, limits, cancellation),
    };

    private static DecodedImage Read(PictureFormat format, ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellation)
    {
        var picture = Inspect(format, file, limits, cancellation);
        var frame = Pixels(picture, cancellation);
        var screen = FramePlacement.OnScreen(frame, picture);
        return new(Orientation.Turn(screen, picture.Orientation), picture.Facts);
    }

    private static RgbImage Pixels(EncodedPicture picture, CancellationToken cancellation)
    {
        try
        {
            using PiecesStream alone = new(picture.Pieces);
            RgbImage frame = new(picture.Frame.Width, picture.Frame.Height);
            if (picture.Alpha == AlphaKind.None)
            {
                using var opaque = Image.LoadAsync<Rgb24>(s_options, alone, cancellation).GetAwaiter().GetResult();
                RequireSize(opaque, picture);
                opaque.CopyPixelDataTo(frame.Pixels.AsSpan());
                return frame;
            }

            using var image = Image.LoadAsync<Rgba32>(s_options, alone, cancellation).GetAwaiter().GetResult();
            RequireSize(image, picture);
            byte[] pixels = System.Buffers.ArrayPool<byte>.Shared.Rent(checked(image.Width * image.Height * Alpha.Channels));
            image.CopyPixelDataTo(pixels.AsSpan());
            Alpha.OverWhite(pixels, frame.Pixels, picture.Alpha);
            System.Buffers.ArrayPool<byte>.Shared.Return(pixels);
            return frame;
        }
        catch (ImageFormatException damage)
        {
            throw new ImageContentException(picture.CodeOfFailure, damage.Message);
        }
        catch (InvalidMemoryOperationException tooLarge)
        {
            throw new ImageContentException(ImageCodes.TooManyPixels, tooLarge.Message);
        }
        catch (NotSupportedException variant)
        {
            throw new ImageContentException(ImageCodes.UnsupportedFormat, variant.Message);
        }
    }

    private static void RequireSize(Image image, EncodedPicture picture)
    {
        if ((image.Width, image.Height) != (picture.Frame.Width, picture.Frame.Height))
            throw Refusal.Corrupt($"The {picture.Format} header gives {picture.Frame.Width}×{picture.Frame.Height} pixels; decoded were {image.Width}×{image.Height}.");
    }
}
