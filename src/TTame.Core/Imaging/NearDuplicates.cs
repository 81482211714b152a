using TTame.Core.Primitives;

namespace TTame.Core.Imaging;

/// <summary>A picture of one list and the picture of another that looks most like it.</summary>
/// <param name="Picture">Name in the list.</param>
/// <param name="Like">Name of the other.</param>
/// <param name="Distance">Differing bits of their hashes, the other taken as it is or mirrored, whichever is nearer.</param>
public sealed record NearestPicture(string Picture, string Like, int Distance);

/// <summary>Finds pictures that are in another list too, resized, compressed anew, slightly cropped or mirrored: what must not be trained on and tested with.</summary>
public static class NearDuplicates
{
    private const int Ahead = 8;

    /// <summary>For every readable picture the one of the other list that looks most like it.</summary>
    /// <param name="pictures">The list that is looked through.</param>
    /// <param name="others">At least one readable picture.</param>
    /// <param name="cancellation">Looked at before each picture.</param>
    /// <returns>In the order of <paramref name="pictures"/>; of equally near ones the first.</returns>
    /// <exception cref="ArgumentException"><paramref name="others"/> holds no readable picture.</exception>
    public static IReadOnlyList<NearestPicture> Nearest(ImageList pictures, ImageList others, CancellationToken cancellation = default)
    {
        List<(string Name, PerceptualHash Hash)> known = [];
        foreach ((string name, RgbImage picture) in Readable(others, cancellation))
        {
            known.Add((name, PerceptualHash.Of(picture)));
            known.Add((name, PerceptualHash.Of(picture.Mirrored())));
        }
        if (known.Count == 0) throw new ArgumentException("The list to compare with holds no readable picture. Give a folder, tar or list of photographs.", nameof(others));
        List<NearestPicture> nearest = [];
        foreach ((string name, RgbImage picture) in Readable(pictures, cancellation))
        {
            PerceptualHash hash = PerceptualHash.Of(picture);
            (string like, PerceptualHash other) = known.MinBy(candidate => candidate.Hash.Distance(hash));
            nearest.Add(new(name, like, other.Distance(hash)));
        }
        return nearest;
    }

    private static IEnumerable<(string Name, RgbImage Picture)> Readable(ImageList images, CancellationToken cancellation)
        => Prefetch.Of(images.Entries.Select((entry, i) => (Func<(string Name, RgbImage? Picture)>)(() => (entry.Name, Decoded(images, i)))), Ahead, cancellation)
            .Where(read => read.Picture is not null).Select(read => (read.Name, read.Picture!));

    private static RgbImage? Decoded(ImageList images, int index)
    {
        try
        {
            return ImageDecoder.Decode(images.Read(index, ImageLimits.Default.MaxBytes), ImageLimits.Default).Image;
        }
        catch (Exception unreadable) when (unreadable is ImageContentException or IOException)
        {
            return null;
        }
    }
}
