using TTame.Core.Imaging;
using TTame.Core.Primitives;
using static TorchSharp.torch;

namespace TTame.Cli.Golden;

/// <summary>The pictures of a set, by their names.</summary>
internal static class SyntheticImages
{
    /// <summary>A batch of square pictures.</summary>
    /// <param name="names">For example <c>vis/a</c>.</param>
    /// <param name="size">Pixels.</param>
    /// <returns>(B, 3, size, size), [0, 1].</returns>
    public static PixelImages Pixels(IEnumerable<string> names, int size)
        => Preprocessing.ToPixels([.. names.Select(name => SyntheticImage.Make(name, size, size))], CPU);
}
