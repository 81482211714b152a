using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using TTame.Testing;

namespace Compat.Tests;

/// <summary>What the contract says of the real package, on the stand-in.</summary>
[Trait("Kind", "Unit")]
public class ImageSharpTests
{
    [Fact]
    [Trait("Kind", "Architecture")]
    public void Surface_OfStandIn_IsTheReviewedOne() => PublicSurface.AssertUnchanged(typeof(Image).Assembly);

    [Fact]
    public void Save_AsPng_LoadsBackToTheBit()
    {
        using var image = Noise(31, 17);
        using var again = Image.Load<Rgb24>(Png(image));

        Assert.Equal(Bytes(image), Bytes(again));
        Assert.Equal("PNG", again.Metadata.DecodedImageFormat?.Name);
    }

    [Fact]
    public void Load_AsGrey_HasTheWeightsOfBt709()
    {
        using var image = Image.LoadPixelData<Rgb24>(new Rgb24[] { new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(9, 9, 9) }, 4, 1);
        using var grey = Image.Load<L8>(Png(image));

        Assert.Equal([54, 182, 18, 9], Enumerable.Range(0, 4).Select(x => (int)grey[x, 0].PackedValue));
    }

    [Fact]
    public void Load_AsRgb24_DropsAlphaWithoutCompositing()
    {
        using var image = Image.LoadPixelData<Rgba32>(new Rgba32[] { new(200, 100, 50, 0), new(1, 2, 3) }, 2, 1);
        using MemoryStream stream = new();
        image.Save(stream, new PngEncoder { ColorType = PngColorType.RgbWithAlpha, BitDepth = PngBitDepth.Bit8 });

        using var opaque = Image.Load<Rgb24>(stream.ToArray());
        using var whole = Image.Load<Rgba32>(stream.ToArray());

        Assert.Equal(new Rgb24(200, 100, 50), opaque[0, 0]);
        Assert.Equal(new Rgba32(200, 100, 50, 0), whole[0, 0]);
    }

    [Theory]
    [InlineData("animated.webp", 2)]
    [InlineData("palette.gif", 1)]
    [InlineData("lzw.tif", 1)]
    [InlineData("baseline.jpg", 0)]
    public void Identify_FrameMetadata_CountsFramesOfFormatsThatHaveThem(string name, int frames)
        => Assert.Equal(frames, Image.Identify(Oracle(name)).FrameMetadataCollection.Count);

    [Theory]
    [InlineData("baseline.jpg", "JPEG")]
    [InlineData("palette.gif", "GIF")]
    [InlineData("lossy.webp", "Webp")]
    [InlineData("lzw.tif", "TIFF")]
    public void Identify_OfFile_GivesFormatAndSize(string name, string format)
    {
        var info = Image.Identify(Oracle(name));

        Assert.Equal((32, 24, format), (info.Width, info.Height, info.Metadata.DecodedImageFormat?.Name));
    }

    [Fact]
    public void Load_OfJpegTurnedByExif_LeavesItAsStored()
    {
        byte[] file = Oracle("baseline.jpg");
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        byte[] turned = [.. file[..2], .. exif, .. file[2..]];

        using var image = Image.Load<Rgb24>(turned);
        using var plain = Image.Load<Rgb24>(file);

        Assert.Equal(Bytes(plain), Bytes(image));
        Assert.True(image.Metadata.ExifProfile!.TryGetValue(ExifTag.Orientation, out var orientation));
        Assert.Equal(6, orientation.Value);
        Assert.Null(Image.Identify(new DecoderOptions { SkipMetadata = true }, turned).Metadata.ExifProfile);
    }

    [Fact]
    public void Load_FromStream_ReadsFromItsPlaceToItsEndAndLeavesItOpen()
    {
        using MemoryStream stream = new([1, 2, 3, .. Oracle("baseline.jpg")]) { Position = 3 };
        using var image = Image.Load<Rgb24>(stream);

        Assert.Equal(stream.Length, stream.Position);
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>(stream));
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void Load_OfJpegCutInItsScan_FillsTheRestWithoutException()
    {
        byte[] file = Oracle("baseline.jpg");

        using var image = Image.Load<Rgb24>(file[..(file.Length - 100)]);

        Assert.Equal((32, 24), (image.Width, image.Height));
    }

    [Fact]
    public void Load_OfJpegCutInItsHeader_IsInvalidContent()
        => Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(Oracle("baseline.jpg")[..100]));

    [Fact]
    public void Load_OfPngCutOrDamaged_IsInvalidContent()
    {
        using var image = Noise(40, 40);
        byte[] file = Png(image);
        byte[] damaged = [.. file];
        damaged[^30] ^= 1;

        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(file[..(file.Length / 2)]));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(damaged));
    }

    [Fact]
    public void Load_OfWhatIsNoImage_IsUnknownFormat()
    {
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>("a text, not an image"u8));
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<Rgb24>(new MemoryStream()));
        Assert.Throws<UnknownImageFormatException>(() => Image.Identify(new DecoderOptions { Configuration = new(new PngConfigurationModule()) }, Oracle("baseline.jpg")));
        Assert.Throws<UnknownImageFormatException>(() => Image.DetectFormat("a text"u8));
    }

    [Fact]
    public void Load_OfNothing_NamesTheArgument()
    {
        Assert.Equal("pointer", Assert.Throws<ArgumentNullException>(() => Image.Load<Rgb24>(ReadOnlySpan<byte>.Empty)).ParamName);
        Assert.Throws<ArgumentNullException>(() => Image.Load<Rgb24>((Stream)null!));
        Assert.Throws<ArgumentNullException>(() => Image.Load<Rgb24>((string)null!));
        Assert.Throws<FileNotFoundException>(() => Image.Load<Rgb24>(Path.Combine(Ground.Repository, "no such file.png")));
        Assert.Throws<DirectoryNotFoundException>(() => Image.Load<Rgb24>(Path.Combine(Ground.Repository, "no such folder", "a.png")));
    }

    [Fact]
    public void Load_OverTheAllocatorsLimit_IsInvalidContentAndIdentifyStillAnswers()
    {
        DecoderOptions options = new()
        {
            Configuration = new(new PngConfigurationModule()) { MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = 1 }) },
        };
        using Image<Rgb24> large = new(1000, 1000);
        byte[] file = Png(large);

        Assert.IsType<InvalidMemoryOperationException>(Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(options, file)).InnerException);
        Assert.Equal(1000, Image.Identify(options, file).Width);
        Assert.Throws<InvalidMemoryOperationException>(() => new Image<Rgb24>(options.Configuration, 1000, 1000));
    }

    [Fact]
    public void Identify_OfHeaderThatClaimsTooMuch_GivesTheSize()
    {
        using Image<L8> small = new(1, 1);
        byte[] file = Png(small);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 60000);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 60000);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), ~file.AsSpan(12, 17).ToArray().Aggregate(uint.MaxValue, (crc, b) => Enumerable.Range(0, 8).Aggregate(crc ^ b, (c, _) => (c & 1) != 0 ? (c >> 1) ^ 0xEDB88320 : c >> 1)));

        Assert.Equal((60000, 60000), (Image.Identify(file).Width, Image.Identify(file).Height));
        Assert.IsType<InvalidMemoryOperationException>(Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(file)).InnerException);
    }

    [Fact]
    public void Arguments_OutOfRange_AreRefused()
    {
        using Image<Rgb24> image = new(2, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => new Image<Rgb24>(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image<Rgb24>(2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.CopyPixelDataTo(new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.CopyPixelDataTo(new Rgb24[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Image.LoadPixelData<Rgb24>(new byte[11], 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => image[2, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image[0, -1]);
        Assert.Throws<ArgumentException>(() => new JpegEncoder { Quality = 0 });
        Assert.Throws<ArgumentException>(() => new JpegEncoder { Quality = 101 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryAllocatorOptions { AllocationLimitMegabytes = 0 });
    }

    [Fact]
    public void Members_AfterDispose_SayThatItIsDisposed()
    {
        Image<Rgb24> image = new(2, 2);
        image.Dispose();
        image.Dispose();

        Assert.Throws<ObjectDisposedException>(() => image[0, 0]);
        Assert.Throws<ObjectDisposedException>(() => image.CopyPixelDataTo(new byte[12]));
        Assert.Throws<ObjectDisposedException>(() => image.Save(new MemoryStream(), new PngEncoder()));
    }

    [Fact]
    public async Task LoadAsync_WithCancelledToken_IsCancelled()
        => await Assert.ThrowsAsync<TaskCanceledException>(() => Image.LoadAsync<Rgb24>(new MemoryStream(Oracle("baseline.jpg")), new CancellationToken(canceled: true)));

    [Fact]
    public void Load_OfFormatOrPixelsThatTheStandInLacks_NamesTheRealPackage()
    {
        byte[] bitmap = [.. "BM"u8, .. new byte[60]];

        Assert.Contains("SixLabors.ImageSharp", Assert.Throws<NotSupportedException>(() => Image.Load<Rgb24>(bitmap)).Message);
        Assert.Contains("SixLabors.ImageSharp", Assert.Throws<NotSupportedException>(() => Image.Load<Rgb24>(Oracle("float.tif"))).Message);
        using Image<Rgb24> image = new(1, 1);
        Assert.Contains("SixLabors.ImageSharp", Assert.Throws<NotSupportedException>(() => image.Save(new MemoryStream(), new PngEncoder { BitDepth = PngBitDepth.Bit16 })).Message);
    }

    [Fact]
    [Trait("Kind", "Property")]
    public void Load_OfTwoThousandFiles_LeavesNoMemoryBehind()
    {
        byte[] jpeg = File.ReadAllBytes(Path.Combine(Ground.Golden, "images", "chelsea.jpg"));
        for (int i = 0; i < 200; i++) Once();
        long before = Resident();
        for (int i = 0; i < 2000; i++) Once();

        long more = Resident() - before;
        // One image held of each load would be 800 MiB; what the tests beside this one allocate meanwhile stays far below the bound.
        Assert.True(more < 192 << 20, $"{more >> 10} KiB more");

        void Once()
        {
            using var image = Image.Load<Rgb24>(jpeg);
            Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(jpeg.AsSpan(0, 300)));
        }

        static long Resident()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var me = System.Diagnostics.Process.GetCurrentProcess();
            return me.WorkingSet64;
        }
    }

    private static byte[] Oracle(string name) => File.ReadAllBytes(Path.Combine(Ground.Repository, "tests", "oracles", "images", name));

    private static byte[] Png(Image image)
    {
        using MemoryStream stream = new();
        image.Save(stream, new PngEncoder());
        return stream.ToArray();
    }

    private static byte[] Bytes(Image<Rgb24> image)
    {
        byte[] bytes = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(bytes);
        return bytes;
    }

    private static Image<Rgb24> Noise(int width, int height)
        => Image.LoadPixelData<Rgb24>([.. Enumerable.Range(1, width * height * 3).Select(i => (byte)((i * 2654435761L) >> 11))], width, height);
}
