namespace SixLabors.ImageSharp.Memory;

public struct MemoryAllocatorOptions
{
    private int? _allocationLimitMegabytes;

    public int? AllocationLimitMegabytes
    {
        readonly get => _allocationLimitMegabytes;
        set
        {
            if (value is { } limit) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit, nameof(AllocationLimitMegabytes));
            _allocationLimitMegabytes = value;
        }
    }
}

public abstract class MemoryAllocator
{
    private const int DefaultLimitMegabytes = 4096;      // 4 GiB per image on 64 bits

    public static MemoryAllocator Default { get; } = Create();

    internal abstract long LimitBytes { get; }

    public static MemoryAllocator Create() => Create(default);

    public static MemoryAllocator Create(MemoryAllocatorOptions options)
        => new Limited(((long?)options.AllocationLimitMegabytes ?? DefaultLimitMegabytes) << 20);

    /// <summary>Throws where an image buffer of this size is over the limit.</summary>
    internal int RequireLength(int width, int height, int pixelSize)
    {
        long bytes = (long)width * height * pixelSize;
        if (bytes > LimitBytes || (long)width * height > Array.MaxLength)
            throw new InvalidMemoryOperationException($"Attempted to allocate a buffer of {bytes} bytes, which exceeds the limit of {LimitBytes}.");
        return width * height;
    }

    private sealed class Limited(long limit) : MemoryAllocator
    {
        internal override long LimitBytes => limit;
    }
}
