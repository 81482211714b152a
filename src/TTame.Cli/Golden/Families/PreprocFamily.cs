using System.Text.Json;
using TTame.Core.Imaging;
using TTame.Core.Weights;
using static TorchSharp.torch;

namespace TTame.Cli.Golden.Families;

/// <summary>Resize, crop and standardisation of synthetic pictures and of photographs decoded by Pillow, to the bit; decoded photographs within a tolerance (SPEC §5).</summary>
internal sealed class PreprocFamily : IGoldenFamily
{
    private const double MeanDifference = 1, FarLevels = 6, FarShare = 0.01;
    private const int MirroredLeftToRight = 2;      // the EXIF orientation of that name

    /// <inheritdoc/>
    public string Name => "preproc";

    /// <inheritdoc/>
    public bool Reads(string file) => file == "preproc/preproc.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        var json = set.Json(file);
        foreach (var entry in json.GetProperty("synthetic").EnumerateObject())
        {
            var (width, height) = Size(entry.Value);
            foreach (var check in OfPixels(set, entry, () => SyntheticImage.Make(entry.Name, width, height))) yield return check;
        }

        foreach (var entry in json.GetProperty("photos").EnumerateObject())
        {
            string jpeg = $"images/{entry.Name}.jpg", decoded = $"images/{entry.Name}_decoded.png";
            if (set.Has(decoded))
            {
                foreach (var check in OfPixels(set, entry, () => Decode(set, decoded))) yield return check;
                yield return new($"{entry.Name} decoded: mean difference", () => new(Differences(set, jpeg, decoded).Average(), MeanDifference));
                yield return new($"{entry.Name} decoded: share of pixels far off", () =>
                    new(Differences(set, jpeg, decoded).Chunk(RgbImage.Channels).Average(p => p.Max() > FarLevels ? 1 : 0), FarShare));
            }
            else if (set.Has(jpeg))
                yield return new($"{entry.Name} decoded: mean difference of samples", () => OfSamples(SampledEntry.Read(entry.Value.GetProperty("rgb_hwc")), Decode(set, jpeg)));
        }
    }

    private static IEnumerable<GoldenCheck> OfPixels(GoldenSet set, JsonProperty entry, Func<RgbImage> picture)
    {
        string name = entry.Name;
        JsonElement e = entry.Value;
        int resizedWidth = e.GetProperty("resized_width").GetInt32(), resizedHeight = e.GetProperty("resized_height").GetInt32();
        int side = Math.Min(resizedWidth, resizedHeight);
        yield return new($"{name} pixels", () => Same(picture(), e, "sha256_rgb"));
        yield return new($"{name} resized", () => Same(Preprocessing.ResizeShorterSide(picture(), side), e, "sha256_resized"));
        yield return new($"{name} window", () => GoldenResult.Exact(Preprocessing.Prepare(picture(), InputSpec.ImageNet).Window
            == new CropWindow(resizedWidth, resizedHeight, e.GetProperty("crop_left").GetInt32(), e.GetProperty("crop_top").GetInt32(), InputSpec.ImageNet.Size)));
        yield return new($"{name} crop", () => Same(Crop(picture()), e, "sha256_crop"));
        if (e.TryGetProperty("crop_file", out var file))
            yield return new($"{name} crop's file", () => GoldenResult.Exact(Bytes(set.Path($"preproc/{file.GetString()}")).AsSpan().SequenceEqual(Crop(picture()).Pixels)));
        yield return new($"{name} training crop", () => Same(TrainingCrop(picture(), side, e.GetProperty("train_crop")), e.GetProperty("train_crop"), "sha256"));
        yield return new($"{name} stretched", () => Same(Preprocessing.Resize(picture(), InputSpec.ImageNet.Size, InputSpec.ImageNet.Size), e, "direct_224x224_bilinear_sha256"));
        yield return new($"{name} standardised", () => GoldenResult.Exact(Standardised(Crop(picture())) == e.GetProperty("sha256_norm_chw_f32").GetString()));
    }

    private static RgbImage Crop(RgbImage picture) => Preprocessing.Prepare(picture, InputSpec.ImageNet).Crop;

    private static RgbImage TrainingCrop(RgbImage picture, int side, JsonElement crop)
    {
        var resized = Preprocessing.ResizeShorterSide(picture, side);
        int size = InputSpec.ImageNet.Size;
        CropWindow window = new(resized.Width, resized.Height, crop.GetProperty("left").GetInt32(), crop.GetProperty("top").GetInt32(), size);
        return Orientation.Turn(Preprocessing.Cut(picture, window), crop.GetProperty("hflip").GetBoolean() ? MirroredLeftToRight : Orientation.Upright);
    }

    private static string Standardised(RgbImage crop)
    {
        using var scope = NewDisposeScope();
        return Sha256.Of(Preprocessing.Standardise(Preprocessing.ToPixels([crop], CPU), InputSpec.ImageNet).Values.bytes.ToArray());
    }

    private static GoldenResult Same(RgbImage picture, JsonElement entry, string hash) => GoldenResult.Exact(Sha256.Of(picture.Pixels) == entry.GetProperty(hash).GetString());

    private static IEnumerable<double> Differences(GoldenSet set, string jpeg, string decoded)
        => Decode(set, jpeg).Pixels.Zip(Decode(set, decoded).Pixels, (a, b) => (double)Math.Abs(a - b));

    private static GoldenResult OfSamples(SampledEntry expected, RgbImage picture)
        => new(expected.Index.Zip(expected.Value, (i, v) => Math.Abs(picture.Pixels[i] - v)).Average(), MeanDifference);

    private static RgbImage Decode(GoldenSet set, string file) => ImageDecoder.Decode(File.ReadAllBytes(set.Path(file)), ImageLimits.Default).Image;

    private static (int Width, int Height) Size(JsonElement entry) => (entry.GetProperty("width").GetInt32(), entry.GetProperty("height").GetInt32());

    private static byte[] Bytes(string npy)
    {
        using var tensor = Npy.Read(npy);
        return tensor.bytes.ToArray();
    }
}
