namespace TTame.Core.Explainers;

/// <summary>How many changed copies of an image a perturbation method puts through the network at once.</summary>
/// <param name="MemoryBytes">Memory the copies and their activations may take; a bound on the chunk, not on the process.</param>
/// <remarks>The chunk never changes a result: what an image's copies get is decided by their own numbers, and sums run in float64.</remarks>
public sealed record ChunkRule(long MemoryBytes = ChunkRule.DefaultBytes)
{
    /// <summary>512 MiB.</summary>
    public const long DefaultBytes = 512L << 20;

    // The widest early layers hold 64 channels at full size; with their input, output and workspace that is 256 numbers per pixel.
    private const long BytesPerPixel = 256 * sizeof(float);

    /// <summary>Copies at once, at least one.</summary>
    /// <param name="height">H of the images.</param>
    /// <param name="width">W of the images.</param>
    public int CopiesOf(long height, long width) => (int)Math.Clamp(MemoryBytes / (height * width * BytesPerPixel), 1, 4096);
}
