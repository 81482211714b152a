namespace TTame.Core.Imaging;

/// <summary>A list thinned out evenly: its first image and every nth after it, so that lists sorted by class stay balanced.</summary>
internal sealed class EveryNthImage(ImageList whole, int step) : ImageList
{
    public override IReadOnlyList<ImageEntry> Entries { get; } = [.. whole.Entries.Where((_, index) => index % step == 0)];

    public override byte[] Read(int index, long limit) => whole.Read(index * step, limit);

    public override void Dispose()
    {
        whole.Dispose();
        base.Dispose();
    }
}
