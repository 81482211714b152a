namespace SixLabors.ImageSharp.Formats;

public sealed class DecoderOptions
{
    private readonly uint _maxFrames = int.MaxValue;

    public Configuration Configuration { get; init; } = Configuration.Default;

    public bool SkipMetadata { get; init; }

    public uint MaxFrames
    {
        get => _maxFrames;
        init => _maxFrames = Math.Clamp(value, 1, int.MaxValue);
    }

    internal static DecoderOptions Default { get; } = new();
}
