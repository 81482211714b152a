using System.Text.Json;
using TTame.Core.Imaging;

namespace TTame.Cli.Golden.Families;

/// <summary>The resampler on tiny pictures, whose pixels stand in the file in full (SPEC §5).</summary>
internal sealed class ResizeFamily : IGoldenFamily
{
    private const int SourceWidth = 10;     // source_image: rows 0-11, columns 0-9

    /// <inheritdoc/>
    public string Name => "resize_tiny";

    /// <inheritdoc/>
    public bool Reads(string file) => file == "preproc/resize_tiny.json";

    /// <inheritdoc/>
    public IEnumerable<GoldenCheck> Checks(GoldenSet set, string file)
    {
        var json = set.Json(file);
        byte[] pixels = Bytes(json.GetProperty("source_hwc"));
        RgbImage source = new(SourceWidth, pixels.Length / SourceWidth / RgbImage.Channels, pixels);
        foreach (var target in json.GetProperty("to").EnumerateObject())
        {
            int[] sides = [.. target.Name.Split('x').Select(s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture))];
            yield return new($"{source.Width}×{source.Height} to {target.Name}", () =>
                GoldenResult.Absolute<byte>(Preprocessing.Resize(source, sides[0], sides[1]).Pixels, Bytes(target.Value), 0));
        }
    }

    private static byte[] Bytes(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetByte())];
}
