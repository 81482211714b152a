using System.Text.Json;
using TTame.Core.Backbones;
using TTame.Core.Imaging;
using TTame.Core.Primitives;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>Synthetic images, their pixels and their standardised values, bit for bit (SPEC §4, §5).</summary>
internal sealed class ImagesFamily : IGoldenFamily
{
    /// <inheritdoc/>
    public string Name => "images";

    /// <inheritdoc/>
    public bool Reads(string file) => file == "units/images.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
        => set.Json(file).EnumerateArray().Select(image => new GoldenCheck(
            $"{image.GetProperty("name")} {image.GetProperty("width")}×{image.GetProperty("height")}", () => GoldenResult.Exact(Same(image))));

    private static bool Same(JsonElement image)
    {
        using var scope = NewDisposeScope();
        RgbImage made = SyntheticImage.Make(image.GetProperty("name").GetString()!, image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32());
        PixelImages pixels = Preprocessing.ToPixels([made], CPU);
        InputSpec spec = new(made.Width, null, TorchvisionCards.ImageNetMean, TorchvisionCards.ImageNetStd);
        return Agrees("sha256_rgb", made.Pixels)
            && Agrees("sha256_raw_chw_f32", pixels.Values.bytes)
            && Agrees("sha256_norm_chw_f32", Preprocessing.Standardise(pixels, spec).Values.contiguous().bytes);

        bool Agrees(string member, ReadOnlySpan<byte> bytes) => !image.TryGetProperty(member, out JsonElement hash) || hash.GetString() == Sha256.Of(bytes);
    }
}
