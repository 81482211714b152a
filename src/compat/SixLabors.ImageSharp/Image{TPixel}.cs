using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Native;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

public sealed class Image<TPixel> : Image
    where TPixel : unmanaged, IPixel<TPixel>
{
    public Image(int width, int height) : this(Configuration.Default, width, height)
    {
    }

    public Image(Configuration configuration, int width, int height) : base(configuration, width, height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Pixels = new TPixel[configuration.MemoryAllocator.RequireLength(width, height, Marshal.SizeOf<TPixel>())];
    }

    internal TPixel[] Pixels { get; private set; }

    public TPixel this[int x, int y]
    {
        get => Pixels[Index(x, y)];
        set => Pixels[Index(x, y)] = value;
    }

    public void CopyPixelDataTo(Span<TPixel> destination)
    {
        RequireAlive();
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Pixels.Length, nameof(destination));
        Pixels.CopyTo(destination);
    }

    public void CopyPixelDataTo(Span<byte> destination)
    {
        RequireAlive();
        var bytes = MemoryMarshal.AsBytes(Pixels.AsSpan());
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, bytes.Length, nameof(destination));
        bytes.CopyTo(destination);
    }

    internal override Encoding.Source Open() => new(MemoryMarshal.AsBytes(Pixels.AsSpan()), Marshal.SizeOf<TPixel>());

    private protected override void Release() => Pixels = [];

    private int Index(int x, int y)
    {
        RequireAlive();
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return (y * Width) + x;
    }
}
