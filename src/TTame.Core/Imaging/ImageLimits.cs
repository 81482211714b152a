namespace TTame.Core.Imaging;

/// <summary>What one file may cost, checked before the cost arises.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits that hold where nobody sets others.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Largest file, bytes. Default 64 MiB.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>Most pixels of the first frame or of its screen. Default 50,000,000.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Most frames; only the first is read. Default 10,000.</summary>
    public int MaxFrames { get; init; } = 10_000;

    /// <summary>Longest time for one decode. Default 10 seconds.</summary>
    public TimeSpan DecodeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
